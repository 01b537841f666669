import type { Http2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import type { Framing } from '../http1/index.ts'
import type { Looks } from './begun-watch.ts'
import { trailerFields } from './heads.ts'

/** Of one stream, in each direction. */
const highWaterMark = 128 * 1024
/** Smaller chunks are cheaper as one piece of memory. */
const joinedUpTo = 4096

/** Nothing but the head is sent. */
export const isEmpty = (framing: Framing): boolean =>
  framing.kind === 'none' || (framing.kind === 'length' && framing.length === 0)

/**
 * How the end of a peer is found that nobody tells. Where a write inside TLS fails at once, node:http2 takes it for one
 * that has succeeded, and node:tls takes those behind it for writes that are under way: then nothing is read any more.
 */
export type Carrier = {
  /** Asks whoever waits. */
  looks: Looks
  /** Destroys the connection if its peer has reset it. */
  probe: () => void
}

/**
 * A stream of HTTP/2 as a connection of its own that speaks HTTP/1.1: whoever reads and writes messages there need not
 * know. Its backpressure is the stream's flow control.
 */
export abstract class StreamSocket extends Duplex {
  /** What its peer is told when it is cut (RFC 9113 §7); undefined: the usual. */
  resetCode: number | undefined
  #reading: Http2Stream | undefined
  /** Writes that the stream has not taken. */
  #outstanding = 0
  #whenTaken: ((error?: Error | null) => void) | undefined
  readonly #carrier: Carrier
  /** Behind the body that is being written. */
  #trailers = ''
  #trailersOut: PromiseWithResolvers<undefined> | undefined
  /** See beginTunnel. */
  #tunnel: Http2Stream | undefined
  #peerEnded = false
  /** To be ended when it has taken all. */
  #ending: Http2Stream | undefined

  constructor(carrier: Carrier) {
    super({ highWaterMark, autoDestroy: true, emitClose: true })
    this.#carrier = carrier
  }

  /** A write has waited for a while. */
  look(): void {
    if (this.destroyed) {
      this.#carrier.looks.delete(this)
      return
    }
    this.letGo()
    this.#carrier.probe()
  }

  /**
   * Whose peer has reset it with NO_ERROR takes nothing more, and the library would wait for what was written to be taken:
   * such a stream has to be destroyed.
   */
  protected abstract letGo(): void

  /** As much of a socket as those need who read and write messages. */
  get socket(): Socket {
    return this as unknown as Socket
  }

  /** An end that nobody can take for a complete message. */
  resetAndDestroy(): this {
    this.destroy()
    return this
  }

  override _read(): void {
    this.#reading?.resume()
  }

  /** `write` hands it on; the bytes are not needed any more when it has called back. */
  override _write(bytes: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#take([bytes], done)
  }

  override _writev(parts: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#take(
      parts.map(({ chunk }) => chunk),
      done,
    )
  }

  #take(parts: Buffer[], done: (error?: Error | null) => void): void {
    try {
      for (const part of parts) this.takeWritten(part)
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)))
      return
    }
    if (this.#outstanding === 0) {
      done()
      return
    }
    this.#whenTaken = done
    this.#carrier.looks.add(this)
  }

  /** What the stream has not taken has not arrived, as the stream's end tells; else nobody has missed it. */
  protected abstract readonly needsAll: boolean

  /** Bytes of the messages that are written here, lent until the stream has taken them. Throws WireError. */
  protected abstract takeWritten(bytes: Buffer): void

  /** The body that is written here goes on over the stream. */
  protected writeTo(stream: Http2Stream, bytes: Buffer): void {
    this.#outstanding++
    stream.write(bytes, this.#taken)
  }

  readonly #taken = (error?: Error | null): void => {
    if (--this.#outstanding > 0) return
    if (error && this.needsAll) {
      this.#carrier.looks.delete(this)
      return
    }
    const ending = this.#ending
    this.#ending = undefined
    ending?.end()
    const told = this.#whenTaken
    this.#whenTaken = undefined
    this.#carrier.looks.delete(this)
    told?.()
  }

  /** A stream that was begun with `waitForTrailers` gets those of the message. */
  protected sendsTrailers(stream: Http2Stream): void {
    this.#trailers = ''
    this.#trailersOut = Promise.withResolvers()
    stream.once('wantTrailers', () => {
      try {
        stream.sendTrailers(trailerFields(this.#trailers))
        this.#trailersOut?.resolve(undefined)
      } catch (error) {
        // The library knows of a field that it does not send: nobody else has to suffer for that.
        this.destroy(error instanceof Error ? error : undefined)
      }
    })
  }

  /** Calls `then` when the end of what is written has gone to the library, trailers included; not where it never does. */
  protected whenEnded(stream: Http2Stream, then: () => void): void {
    // It is told to finish before it is asked for trailers, and what is done in the same turn comes before them.
    if (this.#trailersOut) void this.#trailersOut.promise.then(() => setImmediate(then))
    else if (stream.writableFinished) then()
    else stream.once('finish', then)
  }

  /**
   * `trailers`: field lines, each with its CRLF. The end goes behind the last write, and not with it: a stream that is
   * closed before it has told of its last write makes an error that nobody sees, for a quarter of what a request costs.
   */
  protected endTo(stream: Http2Stream, trailers: string | undefined): void {
    this.#trailers = trailers ?? ''
    if (this.#outstanding > 0) this.#ending = stream
    else if (!stream.writableEnded) stream.end()
  }

  /** The body of the stream comes out here, in transfer chunks where `chunked`. */
  protected readFrom(stream: Http2Stream, chunked: boolean): void {
    this.#reading = stream
    stream.on('data', (bytes: Buffer) => {
      if (!this.#pushContent(bytes, chunked)) stream.pause()
    })
  }

  /** From here on its bytes pass as they are, and each direction has an end of its own. */
  protected beginTunnel(stream: Http2Stream): void {
    this.#tunnel = stream
    this.readFrom(stream, false)
    stream.on('end', () => {
      // A reset ends what is read, too.
      if (this.destroyed || stream.rstCode !== 0 || stream.aborted) return
      this.#peerEnded = true
      this.push(null)
    })
  }

  protected get tunnel(): Http2Stream | undefined {
    return this.#tunnel
  }

  /** Both directions have ended as they should, and all of it is out. */
  protected get isThrough(): boolean {
    return this.#tunnel?.writableFinished === true && this.#tunnel.readableEnded
  }

  /**
   * Asked when the stream is closed without a reset: with a connection goes what has not been ended. A tunnel that was may
   * be read more slowly than it came.
   */
  protected get isCutShort(): boolean {
    return !this.#tunnel || !this.#peerEnded || !this.#tunnel.writableFinished
  }

  /** Ends our direction; `done` once that is out, before which nobody may think of destroying what is through. */
  protected endTunnel(stream: Http2Stream, done: () => void): void {
    this.endTo(stream, undefined)
    if (stream.writableFinished || stream.destroyed) done()
    else stream.once('finish', done)
  }

  #pushContent(bytes: Buffer, chunked: boolean): boolean {
    if (!chunked || bytes.length === 0) return bytes.length === 0 || this.push(bytes)
    const size = Buffer.from(`${bytes.length.toString(16)}\r\n`, 'latin1')
    if (bytes.length <= joinedUpTo) return this.push(Buffer.concat([size, bytes, lineEnd]))
    this.push(size)
    this.push(bytes)
    return this.push(lineEnd)
  }
}

const lineEnd = Buffer.from('\r\n')

/** What the peer is told should it be cut; nothing where `socket` is no stream of HTTP/2. */
export function setResetCode(socket: Duplex, code: number | undefined): void {
  if (isStreamSocket(socket)) socket.resetCode = code
}

/** Whether it is a stream of HTTP/2. */
export const isStreamSocket = (socket: Duplex): socket is StreamSocket => socket instanceof StreamSocket
