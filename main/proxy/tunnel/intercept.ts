/** TLS with a client, in the origin's name: a leaf certificate signed by our CA, and HTTP inside. */
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { peerFault } from '../../http2/index.ts'
import type { ConnectionInfo } from '../../model/flow.ts'
import { describeTls, explainClientTls, type ClientHello } from '../../tls/index.ts'
import type { ProxyContext } from '../context.ts'
import type { TunnelRequest } from './tunnel-request.ts'
import type { Via } from '../client/client-port.ts'
import { clientHighWaterMark } from '../client/listener-options.ts'
import { beginLimitMs } from '../client/slow-watch.ts'
import { carriedBy } from '../client/stall-watch.ts'

/** Where connections that speak HTTP go. */
export type Sessions = {
  begin(socket: Socket, info: ConnectionInfo, via: Via, early?: Buffer): void
  /** `onSpeaks`: the client has said its first words, which its socket does not tell. */
  beginHttp2(socket: Socket, info: ConnectionInfo, via: Via, onSpeaks?: () => void): void
}

/** A client that leaves within this time after the handshake, without a word, may have refused our certificate. */
const silentMs = 1000
const leftSilently =
  'the client left right after the TLS handshake, without a request; if it always does, it may not trust the Spillway CA'

export type Interception = {
  context: ProxyContext
  /** Paused; nobody listens to it. */
  client: Socket
  info: ConnectionInfo
  /** The hello, already read, and what came behind it. */
  early: Buffer
  hello: ClientHello & { state: 'hello' }
  /** In whose name, beside that of the hello. */
  host: string
  /** How a flow is told that has ended before there was TLS. */
  asked: Pick<TunnelRequest, 'method' | 'httpVersion'> & { url: string }
  /** Of the requests inside. */
  via: Via
  sessions: Sessions
}

export function interceptTls(interception: Interception): void {
  const { context, client, hello, host } = interception
  let failure: Error | undefined
  const failed = (error: Error): void => {
    failure ??= error
  }
  client.on('error', failed)
  context.leaves.get(host, hello.serverName).then(
    (secureContext) => {
      // What has ended takes no bytes back.
      if (client.destroyed || client.readableEnded) {
        left(interception, failure)
        return
      }
      client.off('error', failed)
      handshake(interception, secureContext)
    },
    (error: unknown) => {
      const why = error instanceof Error ? error.message : String(error)
      refused(interception, 'CLIENT_TLS', `No certificate can be made for ${host}: ${why}`)
      client.destroy()
    },
  )
}

function handshake(
  interception: Interception,
  secureContext: NonNullable<ConstructorParameters<typeof TLSSocket>[1]>['secureContext'],
): void {
  const { context, client, info, early, hello, host, via, sessions } = interception
  client.unshift(early)
  // The property is passed on to net.Socket, but missing in the types.
  const options = {
    isServer: true,
    secureContext,
    // Who offers nothing that is in this list is refused (RFC 7301 §3.2), as curl --http1.0 would be without the last.
    ALPNProtocols: ['h2', 'http/1.1', 'http/1.0'],
    highWaterMark: clientHighWaterMark,
  }
  const socket = new TLSSocket(client, options)
  if (context.trust.keyLog) socket.on('keylog', context.trust.keyLog)
  carriedBy(socket, client)
  let failure: Error | undefined
  const failed = (error: Error): void => {
    failure ??= error
  }
  const slow = {
    tooSlow: (): void => {
      const sentence = `it was not complete ${beginLimitMs / 1000} seconds after the hello`
      failure ??= Object.assign(new Error(sentence), { code: 'ETIMEDOUT' })
      socket.destroy()
    },
  }
  context.slow.begin(slow)
  const closed = (): void => {
    context.slow.end(slow)
    left(interception, failure)
  }
  // Half-open, it would wait for the rest of the handshake for ever.
  const ended = (): void => {
    socket.destroy()
  }
  // A server-side TLSSocket without a server tells its handshake failures by this event alone.
  socket.on('_tlsError', failed).on('error', failed).on('end', ended).on('close', closed)
  socket.on('secure', () => {
    context.slow.end(slow)
    socket.on('_tlsError', (error: Error) => socket.destroy(error))
    // Node and OkHttp look at the certificate after the handshake and leave without a word; so do health checks. It is
    // told, but nobody is accused. Browsers keep the connections they open in advance for longer.
    const until = performance.now() + silentMs
    const spoke = (): void => {
      socket.off('close', late).off('error', failed).off('data', spoke)
    }
    const late = (): void => {
      if (performance.now() >= until || context.stopping) return
      // Who breaks a rule of HTTP/2 is told of by who serves it.
      if (peerFault(failure)) return
      if (failure) closed()
      else refused(interception, 'CLIENT_CLOSED', `${hello.serverName ?? host}: ${leftSilently}`)
    }
    socket.off('end', ended).off('close', closed).on('close', late).on('data', spoke)
    const secured = { ...info, id: context.nextConnectionId(), tls: describeTls(socket) }
    // Its handshake is over, which only a tls.Server would have noted; whoever wants to be sure waits for ever.
    Object.assign(socket, { secureConnecting: false })
    if (socket.alpnProtocol === 'h2') sessions.beginHttp2(socket, secured, via, spoke)
    else sessions.begin(socket, secured, via)
  })
}

/** The client has left before there was TLS, or before it was of use. */
function left(interception: Interception, failure: Error | undefined): void {
  const { context, client, hello, host } = interception
  client.destroy()
  if (context.stopping) return
  const { code, message } = explainClientTls(failure, hello.serverName ?? host)
  refused(interception, code, message)
}

function refused(
  interception: Interception,
  code: 'CLIENT_UNTRUSTING' | 'CLIENT_TLS' | 'CLIENT_CLOSED',
  message: string,
): void {
  const { method, httpVersion, url } = interception.asked
  const { context, info } = interception
  const { flow } = context.life.begin({ client: info, method, url, httpVersion, head: '' })
  context.life.end(flow, { code, side: 'client', phase: 'client-tls', message })
}
