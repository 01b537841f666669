/** Messages of one direction (RFC 6455 §5.4): fragments joined, control frames between them told for themselves. */
import type { Micros } from '../model/flow.ts'
import type { MessageDirection, MessageOpcode, WebSocketMessage } from '../model/web-socket.ts'
import { FrameParser, isControl, opcodes, type FrameRules, type FrameSink } from './frame-parser.ts'
import { FirstBytes } from './first-bytes.ts'

/** Told of each message that is complete. `payload`: its first bytes, unmasked; undefined: they were not wanted. */
export type OnMessage = (message: WebSocketMessage, payload: Buffer | undefined) => void

const names: Readonly<Record<number, MessageOpcode>> = {
  [opcodes.text]: 'text',
  [opcodes.binary]: 'binary',
  [opcodes.close]: 'close',
  [opcodes.ping]: 'ping',
  [opcodes.pong]: 'pong',
}

/** A message that has begun. */
class Gathered {
  opcode = 0
  offset = 0
  length = 0
  frames = 0
  compressed = false
  /** Of its payload, where somebody wants it. */
  payload: FirstBytes | undefined
}

export class MessageAssembler implements FrameSink {
  readonly #parser: FrameParser
  readonly #direction: MessageDirection
  readonly #rules: FrameRules
  readonly #payloadLimit: number
  readonly #now: () => Micros
  readonly #onMessage: OnMessage
  // Two that are used again: one may come in the middle of the other.
  readonly #data = new Gathered()
  readonly #control = new Gathered()
  /** The one that the current frame belongs to. */
  #current = this.#data
  #wanted = false
  /** When the bytes came that are being fed, once somebody has asked: messages of one read have come at one time. */
  #at: Micros | undefined
  /** Of a close frame, whose code is wanted always. */
  #code = 0

  /** `now`: since the flow began. `payloadLimit`: so much of a payload is told at most, in bytes. */
  constructor(
    direction: MessageDirection,
    extensions: FrameRules['extensions'],
    payloadLimit: number,
    now: () => Micros,
    onMessage: OnMessage,
  ) {
    this.#direction = direction
    this.#rules = { masked: direction === 'sent', extensions }
    this.#parser = new FrameParser(this.#rules, this)
    this.#payloadLimit = payloadLimit
    this.#now = now
    this.#onMessage = onMessage
  }

  /** Why messages are not told any more, and from where on. */
  get failure(): { reason: string; offset: number } | undefined {
    const { failure, offset } = this.#parser
    return failure === undefined ? undefined : { reason: failure, offset }
  }

  /** A message has begun and not ended. */
  get unfinished(): boolean {
    return this.#parser.unfinished
  }

  /** Payloads are wanted, of messages that begin from now on; or are not any more. */
  set wanted(wanted: boolean) {
    this.#wanted = wanted
    if (!wanted) this.#data.payload = this.#control.payload = undefined
  }

  /** What has come, in any cut. Throws nothing but what `onMessage` throws. */
  feed(bytes: Uint8Array): void {
    this.#at = undefined
    this.#parser.feed(bytes)
  }

  begin(): void {
    const { opcode, offset, length, reserved } = this.#parser
    const control = isControl(opcode)
    const current = (this.#current = control ? this.#control : this.#data)
    if (opcode !== opcodes.continuation) {
      current.opcode = opcode
      current.offset = offset
      current.length = 0
      current.frames = 0
      // RFC 7692 §6: RSV1 of the first frame speaks for the message.
      current.compressed = this.#rules.extensions === 'deflate' && reserved !== 0
      current.payload = this.#wanted ? new FirstBytes(this.#payloadLimit) : undefined
    }
    current.frames++
    current.length += length
    this.#code = 0
  }

  payload(bytes: Uint8Array, from: number, to: number): void {
    const { opcode, position, mask } = this.#parser
    if (opcode === opcodes.close) {
      for (let at = position; at < 2 && at - position < to - from; at++)
        this.#code = this.#code * 0x100 + ((bytes[from + at - position] ?? 0) ^ (mask[at] ?? 0))
    }
    this.#current.payload?.add(bytes, from, to, mask, position)
  }

  end(): void {
    const parser = this.#parser
    if (!parser.final) return
    const { opcode, offset, length, frames, compressed, payload } = this.#current
    this.#current.payload = undefined
    const message: WebSocketMessage = {
      direction: this.#direction,
      opcode: names[opcode] ?? 'binary',
      at: (this.#at ??= this.#now()),
      offset,
      wireLength: parser.offset + parser.headerLength + parser.length - offset,
      length,
      compressed,
      frames,
      // RFC 6455 §5.5.1: the first two bytes, where there are any.
      closeCode: opcode === opcodes.close && length >= 2 ? this.#code : undefined,
    }
    this.#onMessage(message, payload?.bytes)
  }
}
