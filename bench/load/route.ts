/** The way to an origin: what a client connects to, says and trusts. */
import { readFileSync } from 'node:fs'
import { connect as tcpConnect, type Socket } from 'node:net'
import { connect as tlsConnect } from 'node:tls'

/** `https`: HTTP/1.1 over TLS; `http2`: the same of HTTP/2, which nobody here speaks without. */
export type Protocol = 'http' | 'https' | 'http2'

export interface Route {
  /** Where to connect to: a proxy on 127.0.0.1. */
  readonly port: number
  /** How a client asks: a forward proxy with the whole URL or CONNECT, a reverse proxy or relay like an origin. */
  readonly form: 'forward' | 'reverse'
  readonly origin: { readonly host: string; readonly port: number }
  readonly protocol: Protocol
  /** Set for TLS: the PEM file that has signed what the proxy shows. */
  readonly caFile: string | undefined
}

/** One GET in the words of curl. */
export function requestHead(route: Route, path: string): Buffer {
  const authority = `${route.origin.host}:${route.origin.port}`
  const absolute = route.form === 'forward' && route.caFile === undefined
  const fields = [
    `GET ${absolute ? `http://${authority}` : ''}${path} HTTP/1.1`,
    `Host: ${authority}`,
    'User-Agent: spillway-bench/1',
    'Accept: */*',
    ...(absolute ? ['Proxy-Connection: Keep-Alive'] : []),
  ]
  return Buffer.from(`${fields.join('\r\n')}\r\n\r\n`, 'latin1')
}

function once(socket: Socket, event: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const closed = (): void => reject(new Error(`closed before '${event}'`))
    socket.once('error', reject)
    socket.once('close', closed)
    socket.once(event, () => {
      socket.off('error', reject)
      socket.off('close', closed)
      resolve()
    })
  })
}

async function openTunnel(socket: Socket, authority: string): Promise<void> {
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\nProxy-Connection: Keep-Alive\r\n\r\n`)
  let answer = ''
  while (!answer.includes('\r\n\r\n')) {
    await once(socket, 'readable')
    answer += (socket.read() as Buffer | null)?.toString('latin1') ?? ''
  }
  if (!/^HTTP\/1\.[01] 200 /.test(answer)) throw new Error(`CONNECT answered with ${answer.split('\r\n', 1)[0] ?? ''}`)
}

const trusted = new Map<string, string>()
function readCa(file: string): string {
  const known = trusted.get(file) ?? readFileSync(file, 'utf8')
  trusted.set(file, known)
  return known
}

/** A connection that is ready for a request. `open` gets every socket at once, to close them when time is up. */
export async function dial(route: Route, open: Set<Socket>): Promise<Socket> {
  const socket = tcpConnect({ port: route.port, host: '127.0.0.1', noDelay: true })
  open.add(socket)
  await once(socket, 'connect')
  if (route.caFile === undefined) return socket
  const { host, port } = route.origin
  if (route.form === 'forward') await openTunnel(socket, `${host}:${port}`)
  const alpn = route.protocol === 'http2' ? 'h2' : 'http/1.1'
  const secure = tlsConnect({
    socket,
    ca: readCa(route.caFile),
    minVersion: 'TLSv1.3',
    ALPNProtocols: [alpn],
    // RFC 6066 §3: an address is no server name; it is checked against the certificate all the same.
    ...(/^[\d.]+$/.test(host) ? { host } : { servername: host }),
  })
  open.add(secure)
  await once(secure, 'secureConnect')
  if (route.protocol === 'http2' && secure.alpnProtocol !== alpn) throw new Error('the proxy does not speak HTTP/2')
  return secure
}
