import type { ServerHttp2Stream } from 'node:http2'
import { lastChunk, parseResponseHead, responseFraming, type Framing, type WireLimits } from '../http1/index.ts'
import { grouped, requestText, responseList, trailerText } from './heads.ts'
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
  /** The client's whole response has been handed to the stream. */
  #complete = false

  /** Throws WireError for a request that is malformed. */
  constructor(stream: ServerHttp2Stream, { list, whole, absolute, ended }: Arrived, limits: WireLimits) {
    super()
    const { text, method, chunked } = requestText(list, absolute, !whole)
    this.#stream = stream
    this.#method = method
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

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const stream = this.#stream
    // NO_ERROR is for a response that was whole (RFC 9113 §8.1).
    if (!stream.closed) resetStream(stream, this.resetCode || resetCodes.internalError)
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
      if (!this.destroyed && !stream.aborted && chunked) this.push(lastChunk(trailers))
    })
  }

  /** Both directions are through, or the client has reset it. */
  #closed(): void {
    const { rstCode } = this.#stream
    // Whoever writes here hears first that all has left.
    setImmediate(() => {
      const ended = this.#ended()
      if (ended) this.destroy(ended)
      else if (rstCode === 0) this.destroy()
      else this.destroy(new StreamReset(rstCode))
    })
  }

  #head(text: string): Framing | undefined {
    const head = parseResponseHead(text, this.#limits)
    const list = responseList(head)
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
}
