import type { Socket } from 'node:net'
import { WireError, type WireLimits } from '../http1/index.ts'
import { BegunWatch, type Looks } from './begun-watch.ts'
import { http2 } from './node-http2.ts'
import { sessionOptions, widen } from './options.ts'
import { peerFault } from './peer-fault.ts'
import { resetCodes } from './stream-reset.ts'
import { ServedStream } from './served-stream.ts'
import type { Carrier } from './stream-socket.ts'

export type ServeOptions = {
  limits: WireLimits
  /** Requests name whole URLs, as to a proxy. */
  absolute: boolean
  /** The client has said its first words. */
  onSpeaks: () => void
  /** A request has come, over what is as good as a connection of its own. */
  onRequest: (socket: Socket) => void
  /** A request that is none, and was refused. */
  onRefused: (list: readonly string[], error: WireError) => void
  /** From time to time each connection is asked whether it takes too long over what it has begun. */
  looks: Looks
  carrier: Carrier
  /** For what a client begins. */
  beginLimitMs: number
  /** It has taken longer; its connection ends. */
  onSlow: (error: WireError) => void
  /** It has broken a rule when no stream was there to tell of it; its connection ends. */
  onBroken: (error: WireError) => void
  /** Something has failed that must not. */
  bug: (cause: unknown) => void
  /** Once: its socket is closed. */
  onEnded: () => void
}

/** A client's connection that speaks HTTP/2. */
export type Served = {
  readonly idle: boolean
  /** No further requests; it ends when those under way have. */
  close(): void
  destroy(): void
}

/** In a second: who measures the way pings once for each round trip. */
const mostPings = 10_000

/** `socket` has said nothing yet, or what it said waits in it. It is the connection's own from now on. */
export function serveHttp2(socket: Socket, options: ServeOptions): Served {
  const { limits, absolute, looks, carrier, onRequest, onRefused, bug } = options
  const { performServerHandshake, constants } = http2()
  const { settings, ...bounds } = sessionOptions(limits)
  // RFC 8441 §3
  const session = performServerHandshake(socket, { ...bounds, settings: { ...settings, enableConnectProtocol: true } })
  widen(session)
  session.once('remoteSettings', options.onSpeaks)
  /** Why we have ended it. */
  let ended: Error | undefined
  const end = (error: Error, code: number): void => {
    ended ??= error
    session.destroy(error, code)
  }
  const begun = new BegunWatch(session, socket, {
    limitMs: options.beginLimitMs,
    tooSlow: (error, code) => {
      options.onSlow(error)
      end(error, code)
    },
  })
  const watch = {
    look(): void {
      begun.look()
      // What is lost may be no stream's.
      carrier.probe()
    },
  }
  looks.add(watch)
  let streams = 0
  /** Streams have ended with it. */
  let tookStreams = false
  session.on('stream', (stream, _headers, flags, list: string[]) => {
    const whole = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0
    streams++
    if (stream.id !== undefined) begun.told(stream.id)
    stream.once('close', () => {
      streams--
      tookStreams ||= session.destroyed
    })
    try {
      onRequest(new ServedStream(stream, { list, whole, absolute, ended: () => ended, carrier }, limits).socket)
    } catch (error) {
      stream.on('error', () => undefined)
      // RFC 9113 §8.1.1: a malformed request is an error of its stream, and of nothing else.
      stream.close(constants.NGHTTP2_PROTOCOL_ERROR)
      if (error instanceof WireError) onRefused(list, error)
      else bug(error)
    }
  })
  let pings = 0
  let since = 0
  session.on('ping', () => {
    const now = performance.now()
    if (now - since > 1000) [pings, since] = [0, now]
    if (++pings > mostPings) end(new Error('it has sent a flood of pings'), resetCodes.enhanceYourCalm)
  })
  session.on('error', (error: Error) => {
    const fault = peerFault(error)
    // Its streams hear themselves of what matters to them.
    if (fault && !tookStreams) options.onBroken(fault)
  })
  socket.on('error', () => undefined)
  // Who ends has left. It is told of only while somebody reads, though the bytes go another way.
  socket.once('end', () => {
    session.destroy()
    // The session would wait for writes that nobody takes any more, and keep the socket for ever.
    socket.destroy()
  })
  setImmediate(() => socket.resume())
  socket.once('close', () => {
    looks.delete(watch)
    options.onEnded()
  })
  return {
    get idle() {
      return streams === 0
    },
    close: () => session.close(),
    destroy: () => session.destroy(),
  }
}
