import { PayloadReader } from '../../../main/index.ts'
import type { FlowId } from '../../../main/model/flow.ts'
import type { MessageDirection, WebSocketMessage } from '../../../main/model/web-socket.ts'
import { readWire, type MessageEngine } from './recorded.ts'

/** Read at once: messages lie one behind the other, and most are small. */
const blockBytes = 64 * 1024

type Block = { offset: number; bytes: Buffer }

/**
 * The bytes of one flow's messages, for who goes through many of them in order: a block of each direction is kept, so that
 * a page of rows takes a few reads and not hundreds. As long as one question.
 */
export class WireWindow {
  readonly #engine: MessageEngine
  readonly #id: FlowId
  readonly #blocks: { [direction in MessageDirection]?: Block } = {}

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

  /** Its last byte is there. */
  async hasWhole({ direction, offset, wireLength }: WebSocketMessage): Promise<boolean> {
    return (await this.#read(direction, offset + wireLength - 1, 1)).length === 1
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
