/** The handshake with an origin, and the verdict on its certificate. */
import type { Socket } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'
import { explainOriginTls, type OriginTlsError } from './explain-origin.ts'
import type { OriginTrust } from './origin.ts'

/** `otherProtocol`: it speaks none of those that were offered (RFC 7301 §3.2). */
export type SecuredOrigin = { ok: true; socket: TLSSocket } | ({ ok: false; otherProtocol?: boolean } & OriginTlsError)

/**
 * Speaks TLS over a connected socket, which is its own from now on and is destroyed when the handshake fails. Never
 * rejects. `http2`: the origin may choose it. To give up, destroy `transport`. Nothing is sent to an origin whose certificate was refused.
 */
export async function secureOrigin(
  transport: Socket,
  trust: OriginTrust,
  host: string,
  serverName: string | undefined,
  http2 = false,
): Promise<SecuredOrigin> {
  // node's own refusal destroys the socket and the certificate with it, whose dates and names the user must be told:
  // hence the verdict is ours, on the same findings.
  const socket = connect({ ...trust.options(host, serverName, http2), socket: transport, rejectUnauthorized: false })
  if (trust.keyLog) socket.on('keylog', trust.keyLog)
  let failure: Error | undefined
  const failed = (error: Error) => (failure ??= error)
  socket.on('error', failed)
  await new Promise<void>((done) => socket.once('secureConnect', done).once('close', () => done()))
  // An error may have followed the handshake within the same read; whoever awaits us listens before the next.
  if (socket.destroyed || failure) {
    transport.destroy()
    const refused = /NO_APPLICATION_PROTOCOL/.test(String(Reflect.get(failure ?? {}, 'code')))
    return { ok: false, ...(refused && { otherProtocol: true }), ...explainOriginTls(failure, host) }
  }
  if (!socket.authorized && !trust.insecure) {
    // A string, whatever its type says: the error's code or, without one, its message.
    const error = Object.assign(new Error(String(socket.authorizationError)), {
      code: String(socket.authorizationError),
    })
    const peer = socket.getPeerX509Certificate()
    socket.destroy()
    return { ok: false, ...explainOriginTls(error, serverName ?? host, peer) }
  }
  socket.off('error', failed)
  return { ok: true, socket }
}
