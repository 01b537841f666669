import type { ServerHttp2Stream } from 'node:http2'
import {
  lastChunk,
  parseResponseHead,
  responseFraming,
  type Framing,
  type ResponseHead,
  type WireLimits,
} from '../http1/index.ts'
import { grouped, requestText, responseList, switchedList, trailerText, type Connects } from './heads.ts'
import { MessageReader } from './message-reader.ts'
import { peerFault } from './peer-fault.ts'
import { resetCodes, resetStream, StreamReset } from './stream-reset.ts'
import { isEmpty, StreamSocket, type Carrier } from './stream-socket.ts'

export type Arrived = {
  list: readonly string[]
  /** There is no body. */
  whole: boolean
  absolute: boolean
  /** Why we have ended its connection; undefined: we have not. */
  ended: () => Error | undefined
  carrier: Carrier
}

/** One request of a client, as a connection over which it asks in HTTP/1.1, once. */
export class ServedStream extends StreamSocket {
  protected readonly needsAll = true
  readonly #stream: ServerHttp2Stream
  readonly #method: string
  readonly #ended: Arrived['ended']
  readonly #limits: WireLimits
  /** With which the library has ended it. */
  #failure: Error | undefined
  readonly #response: MessageReader
  #responded = false
  /** The content of the response goes nowhere. */
  #leavesOut = false
  /** It asks for a WebSocket or a tunnel; it has that when there is a `tunnel`. */
  readonly #connects: Connects | undefined
  /** The client's whole response has been handed to the stream. */
  #complete = false

  /** Throws WireError for a request that is malformed. */
  constructor(stream: ServerHttp2Stream, { list, whole, absolute, ended, carrier }: Arrived, limits: WireLimits) {
    super(carrier)
    const { text, method, chunked, connects } = requestText(list, absolute, !whole)
    this.#stream = stream
    this.#method = method
    this.#connects = connects
    this.#ended = ended
    this.#limits = limits
    this.#response = new MessageReader(limits, {
      head: (head) => this.#head(head),
      content: (bytes) => {
        if (!this.#leavesOut) this.writeTo(stream, bytes)
      },
      end: (trailers) => {
        this.#complete = true
        this.endTo(stream, trailers)
        if (connects !== undefined && !this.tunnel) this.#leaveRest()
      },
    })
    this.push(Buffer.from(text, 'latin1'))
    // What comes behind a CONNECT waits until it is known what it is.
    if (connects === undefined && whole) stream.resume()
    else if (connects === undefined) this.#followRequest(chunked)
    stream.on('error', (error: Error) => (this.#failure ??= error))
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
    // It has left in this turn of the loop, and is about to be told of.
    if (this.#stream.destroyed) throw this.#why() ?? new Error('it closed the connection')
    this.#response.feed(bytes)
  }

  protected letGo(): void {
    if (this.#stream.closed) this.#stream.destroy()
  }

  /** The response ends with its connection, or in the middle: the latter is told by a reset. */
  override _final(done: (error?: Error | null) => void): void {
    const whole = this.#complete || this.#response.finish()
    if (this.tunnel) {
      this.endTunnel(this.tunnel, done)
      return
    }
    if (whole && this.#responded) {
      // Who waits for it may destroy it then.
      this.whenEnded(this.#stream, done)
      this.#leaveRest()
      return
    }
    this.destroy()
    done()
  }

  /** RFC 9113 §8.1: the response is complete; what the client still sends is not wanted. */
  #leaveRest(): void {
    const stream = this.#stream
    if (stream.readableEnded) return
    this.whenEnded(stream, () => {
      if (!stream.closed) stream.close(0)
    })
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const stream = this.#stream
    // RFC 9113 §8.5: whatever breaks behind a tunnel.
    const usual = this.#connects === 'tunnel' ? resetCodes.connectError : resetCodes.internalError
    // NO_ERROR is for a response that was whole (RFC 9113 §8.1).
    if (!stream.closed && !this.isThrough) resetStream(stream, this.resetCode || usual)
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
    // Whoever writes here hears first that all has left.
    setImmediate(() => {
      const why = this.#why()
      if (why) this.destroy(why)
      else if (this.isCutShort) this.destroy()
    })
  }

  /** Of a stream that is closed; undefined: it has ended, or its connection has. */
  #why(): Error | undefined {
    const { rstCode } = this.#stream
    return this.#ended() ?? peerFault(this.#failure) ?? (rstCode === 0 ? undefined : new StreamReset(rstCode))
  }

  #head(text: string): Framing | undefined {
    const head = parseResponseHead(text, this.#limits)
    const succeeds = head.status < 300 && head.status >= 200
    if (this.#connects === 'websocket' ? head.status === 101 : this.#connects === 'tunnel' && succeeds)
      return this.#switch(head)
    const framing = head.status < 200 ? undefined : responseFraming(head, this.#method)
    // RFC 9110 §15.3.6: there is to be none, and the library sends none. With a length it would be malformed.
    this.#leavesOut = head.status === 205 && framing !== undefined && !isEmpty(framing)
    const list = this.#leavesOut ? responseList(head, 'content-length') : responseList(head)
    // RFC 9113 §8.5: 2xx to a CONNECT would say that there is a WebSocket now.
    if (this.#connects === 'websocket' && succeeds) list[1] = '502'
    // RFC 9110 §15: whoever gets such a one has to treat it as this, and the library sends none.
    if (head.status > 599) list[1] = '500'
    if (framing === undefined) {
      this.#stream.additionalHeaders({ ':status': head.status, ...grouped(list.slice(2)) })
      return undefined
    }
    const waitForTrailers = framing.kind === 'chunked' && !this.#leavesOut
    this.#responded = true
    // Declined, what the client has said beyond its head was for nobody.
    if (this.#connects !== undefined) this.#stream.resume()
    if (waitForTrailers) this.sendsTrailers(this.#stream)
    // Its own date is the origin's to give.
    const options = { endStream: isEmpty(framing) || this.#leavesOut, waitForTrailers, sendDate: false }
    this.#stream.respond(list, options)
    return framing
  }

  #switch(head: ResponseHead): Framing {
    this.#responded = true
    // Its own date is the origin's to give.
    const options = { endStream: false, sendDate: false }
    this.#stream.respond(switchedList(head), options)
    this.beginTunnel(this.#stream)
    return { kind: 'close' }
  }
}
