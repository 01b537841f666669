// Arguments: port, CA certificate, CA key.
import net from 'node:net'
import { getLocal } from 'mockttp'

const [port, certPath, keyPath] = process.argv.slice(2)

// mockttp listens on every address and has no option for it; the bench stays on loopback.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (where, ...rest) {
  return typeof where === 'number'
    ? listen.call(this, { port: where, host: '127.0.0.1' }, ...rest)
    : listen.call(this, where, ...rest)
}

// HTTP/2 for clients that offer it; not keeping what passed, as HTTP Toolkit runs it.
const server = getLocal({ https: { certPath, keyPath }, http2: true, recordTraffic: false })
await server.forUnmatchedRequest().thenPassThrough()
await server.start(Number(port))
