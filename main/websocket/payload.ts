import type { MessageDirection } from '../model/web-socket.ts'
import { FrameParser, isControl, type FrameSink } from './frame-parser.ts'
import { copyUnmasked } from './unmask.ts'

const nothing = Buffer.alloc(0)

/**
 * The payload of one message in the bytes that were recorded of it: frames joined, the mask taken off, control frames in
 * between left out; compressed if it was. The bytes may come in any cut, so that a large message need not be in memory.
 */
export class PayloadReader implements FrameSink {
  readonly #parser: FrameParser
  /** The message is itself a control frame; undefined: its first frame has not come. */
  #control: boolean | undefined
  #done = false
  #found: Buffer[] = []

  constructor(direction: MessageDirection) {
    // The parser has been through these bytes before, and has judged them.
    this.#parser = new FrameParser({ masked: direction === 'sent', extensions: 'unknown' }, this)
  }

  /** All of it has come. */
  get done(): boolean {
    return this.#done
  }

  /** The payload in the next of the message's bytes, a copy. Bytes behind its end have none. */
  push(bytes: Uint8Array): Buffer {
    this.#parser.feed(bytes)
    const found = this.#found
    this.#found = []
    const [first] = found
    return found.length > 1 ? Buffer.concat(found) : (first ?? nothing)
  }

  begin(): void {
    this.#control ??= isControl(this.#parser.opcode)
  }

  payload(bytes: Uint8Array, from: number, to: number): void {
    if (!this.#belongs) return
    const piece = Buffer.allocUnsafe(to - from)
    copyUnmasked(bytes, from, to, piece, 0, this.#parser.mask, this.#parser.position)
    this.#found.push(piece)
  }

  end(): void {
    if (this.#belongs && this.#parser.final) this.#done = true
  }

  get #belongs(): boolean {
    return !this.#done && isControl(this.#parser.opcode) === this.#control
  }
}
