/** WebSockets within streams of HTTP/2 (RFC 8441), frame by frame. */
import type { ClientHttp2Stream, Http2Stream } from 'node:http2'
import { eventually } from './eventually.ts'
import type { Http2Client } from './http2-ends.ts'

/** Asks for one once it is offered, as a client must (RFC 8441 §3); `protocol`: or for something else. */
export async function askWebSocket(
  client: Http2Client,
  path = '/chat',
  protocol = 'websocket',
): Promise<ClientHttp2Stream> {
  const { session, authority, scheme } = client
  await eventually(() => session.remoteSettings.enableConnectProtocol === true)
  const asked = { ':method': 'CONNECT', ':protocol': protocol, ':scheme': scheme, ':path': path }
  const extra = { ':authority': authority, 'sec-websocket-version': '13', origin: 'https://a.test' }
  return session.request({ ...asked, ...extra }, { endStream: false }).on('error', () => undefined)
}

/** A frame as clients send it (RFC 6455 §5.2), under a mask of zeros. */
export const clientFrame = (opcode: number, payload: string): Buffer =>
  Buffer.concat([Buffer.of(0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0), Buffer.from(payload, 'latin1')])

/** The same as servers send it. */
export const serverFrame = (opcode: number, payload: string): Buffer =>
  Buffer.concat([Buffer.of(0x80 | opcode, payload.length), Buffer.from(payload, 'latin1')])

/** However it ends. */
export const streamClosed = (stream: Http2Stream): Promise<void> =>
  new Promise((resolve) => {
    if (stream.closed && stream.destroyed) resolve()
    else stream.once('close', resolve)
  })
