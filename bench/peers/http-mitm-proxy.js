// Arguments: port, CA folder, the CA that signs the origin.
import { readFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { Proxy } from 'http-mitm-proxy'

const [port, sslCaDir, originCa] = process.argv.slice(2)
const proxy = new Proxy()
proxy.onError(() => undefined)
proxy.listen({
  host: '127.0.0.1',
  port: Number(port),
  sslCaDir,
  keepAlive: true,
  httpsAgent: new Agent({ keepAlive: true, ca: readFileSync(originCa) }),
})
