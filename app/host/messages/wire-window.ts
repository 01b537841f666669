import { PayloadReader } from '../../../main/index.ts'
import type { FlowId, Gap } from '../../../main/model/flow.ts'
import type { MessageDirection, WebSocketMessage } from '../../../main/model/web-socket.ts'
import { recordedGaps, readWire, type MessageEngine } from './recorded.ts'

/** Read at once: messages lie one behind the other, and most are small. */
const blockBytes = 64 * 1024
/** Of a large message: a step that others do not wait long for. */
const pieceBytes = 256 * 1024

type Block = { offset: number; bytes: Buffer }

/**
 * The bytes of one flow's messages, for who goes through many of them in order: a block of each direction is kept, so that
 * a page of rows takes a few reads and not hundreds. As long as one question.
 */
export class WireWindow {
  readonly #engine: MessageEngine
  readonly #id: FlowId
  readonly #blocks: { [direction in MessageDirection]?: Block } = {}
  readonly #gaps: { [direction in MessageDirection]?: readonly Gap[] } = {}

  constructor(engine: MessageEngine, id: FlowId) {
    this.#engine = engine
    this.#id = id
  }

  /** The payload in the first `most` recorded bytes of a message; `whole`: these are all of it. */
  async payload(message: WebSocketMessage, most: number): Promise<{ bytes: Buffer; whole: boolean }> {
    const { direction, offset, wireLength } = message
    const wire = await this.#read(direction, offset, Math.min(wireLength, most))
    return { bytes: new PayloadReader(direction).push(wire), whole: wire.length === wireLength }
  }

  /**
   * The payload piece after piece, as `take` is done with each, until it answers true or none is left. Resolves with
   * whether it had all of it. Rejects with the signal, and with CallError (GONE).
   */
  async pieces(
    message: WebSocketMessage,
    take: (payload: Buffer) => Promise<boolean> | boolean | undefined,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { direction, offset, wireLength } = message
    const reader = new PayloadReader(direction)
    for (let at = 0; at < wireLength;) {
      signal.throwIfAborted()
      const wire = await this.#read(direction, offset + at, Math.min(pieceBytes, wireLength - at))
      if (wire.length === 0) return false
      at += wire.length
      const taken = take(reader.push(wire))
      if ((typeof taken === 'object' ? await taken : taken) === true) return at === wireLength
    }
    return true
  }

  /** All of its bytes are there. */
  hasWhole({ direction, offset, wireLength }: WebSocketMessage): boolean {
    const gaps = (this.#gaps[direction] ??= recordedGaps(this.#engine, this.#id, direction))
    return !gaps.some(({ from, to }) => from < offset + wireLength && to > offset)
  }

  async #read(direction: MessageDirection, offset: number, length: number): Promise<Buffer> {
    const block = this.#blocks[direction]
    if (block && offset >= block.offset && offset + length <= block.offset + block.bytes.length) {
      return block.bytes.subarray(offset - block.offset, offset - block.offset + length)
    }
    const bytes = await readWire(this.#engine, this.#id, direction, offset, Math.max(length, blockBytes))
    if (length <= blockBytes) this.#blocks[direction] = { offset, bytes }
    return bytes.subarray(0, length)
  }
}
