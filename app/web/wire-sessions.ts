/**
 * The WebSockets of windows. Each is a stranger until its first frame has shown the token; then it is a connection of
 * the host. Strangers are few, silent and short-lived, so that they cost nothing.
 */
import { WebSocketServer, type RawData, type WebSocket } from 'ws'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { decode, encode, FrameError, longestFrame, wireClosed, type Frame } from '../contract/frames.ts'
import type { ToWindow } from '../contract/wire.ts'
import type { Host } from '../host/index.ts'
import { sameToken } from './token.ts'

/** What windows need of the host. */
export type WindowHost = Pick<Host, 'connect'>

const mostStrangers = 16
const mostWindows = 64
/** A browser sends it as soon as it is connected. */
const helloMs = 5000
const helloBytes = 512
/** Who has not answered by the next beat is gone: a machine asleep, a connection without its other end. */
const beatMs = 15_000
/** Unsent bytes. The host gives up long before: it tells a window less while it is behind. */
const mostUnsent = 80 * 1024 * 1024
/** For the other end's part of the closing handshake. */
const farewellMs = 250

export class WireSessions {
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: longestFrame,
    perMessageDeflate: false, // loopback: it would cost time and memory, and save nothing
    clientTracking: false,
  })
  readonly #host: WindowHost
  readonly #token: string
  readonly #helloMs: number
  readonly #strangers = new Set<WebSocket>()
  readonly #windows = new Set<WebSocket>()
  readonly #silent = new WeakSet<WebSocket>()
  /** All windows are told the same changes of flows, which are encoded once. */
  #told: { value: object; frame: Frame } | undefined
  readonly #beat: NodeJS.Timeout

  /** The times are for tests. */
  constructor(host: WindowHost, token: string, times: { helloMs?: number; beatMs?: number } = {}) {
    this.#host = host
    this.#token = token
    this.#helloMs = times.helloMs ?? helloMs
    this.#beat = setInterval(() => this.#askWhoIsThere(), times.beatMs ?? beatMs).unref()
  }

  get full(): boolean {
    return this.#strangers.size >= mostStrangers || this.#windows.size >= mostWindows
  }

  /** Those that have shown the token. */
  get windows(): number {
    return this.#windows.size
  }

  /** The request has been admitted. What is no WebSocket handshake is refused here. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (wire) => this.#greet(wire))
  }

  /** Ends all, with a word. */
  async close(): Promise<void> {
    clearInterval(this.#beat)
    const all = [...this.#strangers, ...this.#windows]
    const ended = all.map((wire) => new Promise((resolve) => wire.once('close', resolve)))
    for (const wire of all) end(wire, 1001, 'Spillway has ended')
    await Promise.all(ended)
  }

  #greet(wire: WebSocket): void {
    this.#strangers.add(wire)
    const late = setTimeout(() => end(wire, wireClosed.silent, 'no hello came'), this.#helloMs)
    // A close follows; RFC 6455's own reasons (too long, no UTF-8) are told to the other end by ws.
    wire.on('error', () => undefined)
    wire.once('close', () => {
      clearTimeout(late)
      this.#strangers.delete(wire)
    })
    wire.once('message', (data: RawData, isBinary: boolean) => {
      clearTimeout(late)
      if (wire.readyState !== wire.OPEN) return // it came too late
      if (!this.#knows(data, isBinary)) {
        end(wire, wireClosed.refused, 'the token is not of this start of Spillway')
        return
      }
      this.#strangers.delete(wire)
      this.#open(wire)
    })
  }

  #knows(data: RawData, isBinary: boolean): boolean {
    const frame = frameOf(data, isBinary)
    if (typeof frame !== 'string' || frame.length > helloBytes) return false
    try {
      return sameToken(this.#token, (decode(frame) as { token?: unknown } | null)?.token)
    } catch (error) {
      if (error instanceof FrameError) return false
      throw error
    }
  }

  #open(wire: WebSocket): void {
    this.#windows.add(wire)
    const connection = this.#host.connect(
      (message) => this.#send(wire, message),
      () => wire.bufferedAmount,
    )
    wire.on('pong', () => this.#silent.delete(wire))
    wire.once('close', () => {
      this.#windows.delete(wire)
      connection.close()
    })
    wire.on('message', (data: RawData, isBinary: boolean) => {
      // Frames that were read together with the one that ended the wire still come.
      if (wire.readyState !== wire.OPEN) return
      let message: unknown
      try {
        message = decode(frameOf(data, isBinary))
      } catch (error) {
        if (!(error instanceof FrameError)) throw error
        end(wire, wireClosed.unreadable, error.message)
        return
      }
      connection.receive(message)
    })
  }

  #send(wire: WebSocket, message: ToWindow): void {
    if (wire.readyState !== wire.OPEN) return
    wire.send('event' in message && message.event === 'flows' ? this.#shared(message) : encode(message))
    // Without a word: a closing frame would wait behind all the rest. The window connects again, to an empty queue.
    if (wire.bufferedAmount > mostUnsent) wire.terminate()
  }

  #shared(message: Extract<ToWindow, { event: 'flows' }>): Frame {
    const { value } = message
    if (this.#told?.value !== value) this.#told = { value, frame: encode(message) }
    return this.#told.frame
  }

  #askWhoIsThere(): void {
    for (const wire of this.#windows) {
      if (this.#silent.has(wire)) {
        wire.terminate()
        continue
      }
      this.#silent.add(wire)
      wire.ping()
    }
  }
}

/** ws by itself would wait half a minute for an end that does not answer. */
function end(wire: WebSocket, code: number, reason: string): void {
  wire.close(code, reason)
  const late = setTimeout(() => wire.terminate(), farewellMs)
  wire.once('close', () => clearTimeout(late))
}

function frameOf(data: RawData, isBinary: boolean): string | Uint8Array {
  // Without another binaryType ws gives Buffers; its type does not say so.
  const buffer = data as Buffer
  return isBinary ? buffer : buffer.toString()
}
