import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2'
import {
  lastChunk,
  parseRequestHead,
  requestFraming,
  WireError,
  type Framing,
  type RequestHead,
  type WireLimits,
} from '../http1/index.ts'
import { requestList, responseText, switchedText, trailerText, upgradeList } from './heads.ts'
import { MessageReader } from './message-reader.ts'
import { http2 } from './node-http2.ts'
import { peerFault } from './peer-fault.ts'
import { resetCodes, resetStream, StreamReset } from './stream-reset.ts'
import { isEmpty, StreamSocket, type Carrier } from './stream-socket.ts'

export type LineHost = {
  readonly session: ClientHttp2Session
  readonly scheme: 'http' | 'https'
  readonly authority: string
  readonly limits: WireLimits
  readonly offersWebSockets: boolean
  readonly carrier: Carrier
  /** Why the whole connection has ended; undefined: it has not. */
  readonly end: Error | undefined
  /** Fields have come whole. */
  told(): void
  left(line: AskingLine): void
}

/**
 * One request after the other to an origin, each a stream of the same connection, as if it were a connection of its own
 * that speaks HTTP/1.1. An upgrade to a WebSocket is one within a stream, where the origin offers that.
 */
export class AskingLine extends StreamSocket {
  /** An answer may be whole before the request is. */
  protected readonly needsAll = false
  readonly #host: LineHost
  readonly #requests: MessageReader
  #stream: ClientHttp2Stream | undefined
  /** Of the WebSocket that is asked for; whether it is there, the origin says, and until then nothing more is sent. */
  #key: string | undefined

  constructor(host: LineHost) {
    super(host.carrier)
    this.#host = host
    this.#requests = new MessageReader(host.limits, {
      head: (text) => this.#ask(text),
      content: (bytes) => {
        if (this.#stream) this.writeTo(this.#stream, bytes)
      },
      end: (trailers) => {
        if (this.#stream && this.#key === undefined) this.endTo(this.#stream, trailers)
      },
    })
    this.on('error', () => undefined)
  }

  /** Nothing is under way. */
  get idle(): boolean {
    return this.#stream === undefined && !this.#requests.isWithin
  }

  /** It serves no further request: where nothing is under way, it ends behind what has come and is not read yet. */
  leave(): void {
    if (!this.idle) return
    if (this.readableLength > 0) this.push(null)
    else this.destroy()
  }

  /** The origin sends nothing more, on any stream. */
  originEnded(): void {
    const stream = this.#stream
    if (this.idle) return
    // What has come may wait to be read. RFC 9113 §5.1: its last frame closes their half, or, as the last one of both, all.
    const whole = stream && (stream.closed ? stream.rstCode === 0 : stream.state.remoteClose === 1)
    if (whole !== true) this.destroy(this.#host.end ?? new Error('it closed the connection'))
  }

  protected takeWritten(bytes: Buffer): void {
    if (this.tunnel) this.writeTo(this.tunnel, bytes)
    else this.#requests.feed(bytes)
  }

  protected letGo(): void {
    const stream = this.#stream
    // What it has said before is read first.
    if (stream?.closed === true && (stream.readableEnded || this.tunnel)) stream.destroy()
  }

  override _final(done: (error?: Error | null) => void): void {
    if (this.tunnel) {
      this.endTunnel(this.tunnel, done)
      return
    }
    done()
    this.destroy()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const stream = this.#stream
    this.#stream = undefined
    if (stream && !stream.closed && !this.isThrough) {
      // RFC 9113 §8.1.1: who sends what is no message is told.
      const usual = error instanceof WireError ? resetCodes.protocolError : resetCodes.cancel
      resetStream(stream, this.resetCode || usual)
    }
    this.#host.left(this)
    done(error)
  }

  #ask(text: string): Framing {
    const { session, scheme, authority, limits } = this.#host
    const head = parseRequestHead(text, limits)
    const framing = requestFraming(head)
    if (wantsWebSocket(head) && this.#host.offersWebSockets) {
      this.#connect(head)
      return framing
    }
    const waitForTrailers = framing.kind === 'chunked'
    const options = { endStream: isEmpty(framing), waitForTrailers }
    const stream = session.request(requestList(head, scheme, authority), options)
    this.#stream = stream
    if (waitForTrailers) this.sendsTrailers(stream)
    this.#followResponse(stream, head)
    return framing
  }

  /** RFC 8441 §4 */
  #connect(head: RequestHead): void {
    const { session, scheme, authority } = this.#host
    const stream = session.request(upgradeList(head, scheme, authority), { endStream: false })
    this.#stream = stream
    this.#key = head.fields.get('sec-websocket-key') ?? ''
    this.#followResponse(stream, head)
  }

  #switch(stream: ClientHttp2Stream, text: string): void {
    // Who reads the head may write at once, and nothing of the stream is read before this turn ends.
    this.beginTunnel(stream)
    this.push(Buffer.from(text, 'latin1'))
  }

  #tunnelClosed({ rstCode }: ClientHttp2Stream): void {
    // Whoever writes here hears first that all has left.
    setImmediate(() => {
      if (rstCode !== 0) this.destroy(this.#host.end ?? new StreamReset(rstCode))
      else if (this.isCutShort) this.destroy(this.#host.end ?? new Error('it closed the connection'))
    })
  }

  #followResponse(stream: ClientHttp2Stream, { method }: RequestHead): void {
    let chunked = false
    let answered = false
    let complete = false
    let trailers = ''
    let failure: Error | undefined
    const guarded = (action: () => void): void => {
      this.#host.told()
      if (this.#stream !== stream) return
      try {
        action()
      } catch (error) {
        this.destroy(error instanceof Error ? error : new Error(String(error)))
      }
    }
    stream.on('headers', (_headers, _flags, list: string[]) =>
      guarded(() => this.push(Buffer.from(responseText(list, false).text, 'latin1'))),
    )
    stream.on('response', (headers: IncomingHttpHeaders, flags: number, list: string[]) =>
      guarded(() => {
        const status = Number(headers[':status'])
        const key = this.#key
        this.#key = undefined
        if (key !== undefined && status < 300) {
          this.#switch(stream, switchedText(list, key))
          return
        }
        if (key !== undefined) this.endTo(stream, undefined)
        const bodiless = method === 'HEAD' || status === 204 || status === 304
        const empty = (flags & http2().constants.NGHTTP2_FLAG_END_STREAM) !== 0
        const head = responseText(empty && !bodiless ? [...list, ...noContent(list)] : list, !empty && !bodiless)
        chunked = head.chunked
        answered = true
        this.push(Buffer.from(head.text, 'latin1'))
        this.readFrom(stream, chunked)
      }),
    )
    stream.on('trailers', (_headers, _flags, list: string[]) => guarded(() => (trailers = trailerText(list))))
    stream.on('end', () => {
      if (this.tunnel === stream) return
      // A reset ends what is read, too. RFC 9113 §8.1: NO_ERROR says that the upload is not wanted, behind a whole answer.
      complete = answered && stream.rstCode === 0 && failure === undefined
      if (complete && chunked && this.#stream === stream) this.push(lastChunk(trailers))
      if (stream.closed && !stream.writableFinished) stream.destroy()
    })
    stream.on('error', (error: Error) => (failure ??= error))
    stream.on('close', () => {
      if (this.#stream !== stream) return
      if (this.tunnel === stream) {
        this.#tunnelClosed(stream)
        return
      }
      if (complete && stream.rstCode === 0) {
        this.#stream = undefined
        return
      }
      // Why the whole connection has ended, if it has, is told behind its streams.
      setImmediate(() => {
        if (this.#stream === stream)
          this.destroy(peerFault(failure) ?? this.#host.end ?? new StreamReset(stream.rstCode))
      })
    })
  }
}

const wantsWebSocket = ({ fields }: RequestHead): boolean =>
  fields.has('upgrade') && fields.tokens('upgrade').includes('websocket')

/** Without it nobody could tell where an empty body ends. */
function noContent(list: readonly string[]): string[] {
  for (let at = 0; at < list.length; at += 2) if (list[at] === 'content-length') return []
  return ['content-length', '0']
}
