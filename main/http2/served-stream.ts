import type { ServerHttp2Stream } from 'node:http2'
import {
  lastChunk,
  parseResponseHead,
  responseFraming,
  type Framing,
  type ResponseHead,
  type WireLimits,
} from '../http1/index.ts'
import { grouped, requestText, responseList, switchedList, trailerText } from './heads.ts'
import { MessageReader } from './message-reader.ts'
import { resetCodes, resetStream, StreamReset } from './stream-reset.ts'
import { isEmpty, StreamSocket } from './stream-socket.ts'

export type Arrived = {
  list: readonly string[]
  /** There is no body. */
  whole: boolean
  absolute: boolean
  /** Why we have ended its connection; undefined: we have not. */
  ended: () => Error | undefined
}

/** One request of a client, as a connection over which it asks in HTTP/1.1, once. */
export class ServedStream extends StreamSocket {
  readonly #stream: ServerHttp2Stream
  readonly #method: string
  readonly #ended: Arrived['ended']
  readonly #limits: WireLimits
  readonly #response: MessageReader
  #responded = false
  /** It asks for a WebSocket (RFC 8441). */
  readonly #upgrades: boolean
  /** It has one: from here on, bytes pass, and each direction has an end of its own. */
  #switched = false
  /** That of the client, as it should: it has not left. */
  #clientEnded = false
  /** The client's whole response has been handed to the stream. */
  #complete = false

  /** Throws WireError for a request that is malformed. */
  constructor(stream: ServerHttp2Stream, { list, whole, absolute, ended }: Arrived, limits: WireLimits) {
    super()
    const { text, method, chunked, upgrades } = requestText(list, absolute, !whole)
    this.#stream = stream
    this.#method = method
    this.#upgrades = upgrades
    this.#ended = ended
    this.#limits = limits
    this.#response = new MessageReader(limits, {
      head: (head) => this.#head(head),
      content: (bytes) => this.writeTo(stream, bytes),
      end: (trailers) => {
        this.#complete = true
        this.endTo(stream, trailers)
      },
    })
    this.push(Buffer.from(text, 'latin1'))
    if (whole) stream.resume()
    else this.#followRequest(chunked)
    stream.on('error', () => undefined)
    stream.on('close', () => this.#closed())
  }

  /** Where the client has reached us. */
  get localAddress(): string | undefined {
    return this.#stream.session?.socket.localAddress
  }

  get localPort(): number | undefined {
    return this.#stream.session?.socket.localPort
  }

  protected takeWritten(bytes: Buffer): void {
    this.#response.feed(bytes)
  }

  /** The response ends with its connection, or in the middle: the latter is told by a reset. */
  override _final(done: (error?: Error | null) => void): void {
    const whole = this.#complete || this.#response.finish()
    if (this.#switched) {
      this.#ends(done)
      return
    }
    if (whole && this.#responded) {
      // RFC 9113 §8.1: what the client still sends of its request is not wanted.
      const stream = this.#stream
      if (!stream.readableEnded) {
        if (stream.writableFinished) stream.close(0)
        else stream.once('finish', () => stream.close(0))
      }
      done()
      return
    }
    this.destroy()
    done()
  }

  /** The end has to be out before anybody may think of destroying what is through. */
  #ends(done: () => void): void {
    const stream = this.#stream
    if (stream.writableFinished || stream.destroyed) done()
    else stream.once('finish', done)
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const stream = this.#stream
    // NO_ERROR is for a response that was whole (RFC 9113 §8.1).
    const through = this.#switched && stream.writableFinished && stream.readableEnded
    if (!stream.closed && !through) resetStream(stream, this.resetCode || resetCodes.internalError)
    done(error)
  }

  #followRequest(chunked: boolean): void {
    const stream = this.#stream
    let trailers = ''
    this.readFrom(stream, chunked)
    stream.on('trailers', (_headers: unknown, _flags: number, list: string[]) => {
      try {
        trailers = trailerText(list)
      } catch (error) {
        this.destroy(error instanceof Error ? error : undefined)
      }
    })
    stream.on('end', () => {
      // An abort ends what is read, too.
      if (this.#switched && !this.destroyed && !stream.aborted) {
        this.#clientEnded = true
        this.push(null)
      } else if (!this.destroyed && !stream.aborted && chunked) this.push(lastChunk(trailers))
    })
  }

  /** Both directions are through, or the client has reset it. */
  #closed(): void {
    const { rstCode } = this.#stream
    // Whoever writes here hears first that all has left.
    setImmediate(() => {
      const ended = this.#ended()
      if (ended) this.destroy(ended)
      else if (rstCode !== 0) this.destroy(new StreamReset(rstCode))
      // What has been switched has its own two ends, and may be read more slowly than it came.
      else if (!this.#switched || !this.#clientEnded) this.destroy()
    })
  }

  #head(text: string): Framing | undefined {
    const head = parseResponseHead(text, this.#limits)
    if (this.#upgrades && head.status === 101) return this.#switch(head)
    const list = responseList(head)
    // RFC 9113 §8.5: 2xx to a CONNECT would say that there is a WebSocket now.
    if (this.#upgrades && head.status < 300 && head.status >= 200) list[1] = '502'
    if (head.status < 200) {
      this.#stream.additionalHeaders({ ':status': head.status, ...grouped(list.slice(2)) })
      return undefined
    }
    const framing = responseFraming(head, this.#method)
    const waitForTrailers = framing.kind === 'chunked'
    this.#responded = true
    if (waitForTrailers) this.sendsTrailers(this.#stream)
    // Its own date is the origin's to give.
    const options = { endStream: isEmpty(framing), waitForTrailers, sendDate: false }
    this.#stream.respond(list, options)
    return framing
  }

  #switch(head: ResponseHead): Framing {
    this.#responded = true
    this.#switched = true
    // Its own date is the origin's to give.
    const options = { endStream: false, sendDate: false }
    this.#stream.respond(switchedList(head), options)
    return { kind: 'close' }
  }
}
