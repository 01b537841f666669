/** Which compressed messages are not recorded whole, told by the index: nothing need be inflated to come to them. */
import type { FlowId } from '../../../main/model/flow.ts'
import type { MessageDirection, WebSocketMessage } from '../../../main/model/web-socket.ts'
import { readRecords, recordedGaps, type MessageEngine } from './recorded.ts'

/** Index records read at once. */
const recordsAtOnce = 256
/** Of an index in which this direction is rare, so much is read for one question. */
const mostRecords = 32 * 1024

/**
 * The first of these messages from `from` on, and before `to`, that is compressed and has bytes in a gap of its direction.
 * Undefined: there is none, or it is too far to be found. One that is not listed any more counts as such a message.
 */
export async function firstCut(
  engine: MessageEngine,
  id: FlowId,
  direction: MessageDirection,
  { from, to }: { from: number; to: number },
): Promise<number | undefined> {
  const listed = new Listed(engine, id, direction, to)
  for (const gap of recordedGaps(engine, id, direction)) {
    // In the order in which messages are complete, their ends only grow.
    let low = from
    let high = to
    while (low < high) {
      const middle = low + Math.floor((high - low) / 2)
      const found = await listed.next(middle)
      if (found === 'unknown') return undefined
      if (found !== undefined && endOf(found.message) <= gap.from) low = found.number + 1
      else high = middle
    }
    for (;;) {
      const found = await listed.next(low)
      if (found === 'unknown') return undefined
      if (found === undefined) break
      const { number, message } = found
      if (message === undefined || (message.compressed && message.offset < gap.to)) return number
      // Those of several frames may have begun before a control frame in their midst, and end behind it.
      if (!isControl(message) && endOf(message) >= gap.to) break
      low = number + 1
    }
  }
  return undefined
}

type Found = { number: number; message: WebSocketMessage | undefined }

/** The messages of one direction, before number `to`. */
class Listed {
  readonly #engine: MessageEngine
  readonly #id: FlowId
  readonly #direction: MessageDirection
  readonly #to: number
  #left = mostRecords
  #first = 0
  #block: (WebSocketMessage | undefined)[] = []

  constructor(engine: MessageEngine, id: FlowId, direction: MessageDirection, to: number) {
    this.#engine = engine
    this.#id = id
    this.#direction = direction
    this.#to = to
  }

  /** The next one from `number` on; undefined: there is none. */
  async next(number: number): Promise<Found | 'unknown' | undefined> {
    for (let at = number; at < this.#to; at++) {
      if (at < this.#first || at >= this.#first + this.#block.length) {
        if (this.#left <= 0) return 'unknown'
        const block = await readRecords(this.#engine, this.#id, at, Math.min(recordsAtOnce, this.#to - at))
        if (block.length === 0) return undefined
        this.#left -= block.length
        this.#first = at
        this.#block = block
      }
      const message = this.#block[at - this.#first]
      if (message === undefined || message.direction === this.#direction) return { number: at, message }
    }
    return undefined
  }
}

/** One that is not known may have been anywhere. */
const endOf = (message: WebSocketMessage | undefined): number =>
  message === undefined ? Number.POSITIVE_INFINITY : message.offset + message.wireLength

const isControl = ({ opcode }: WebSocketMessage): boolean => opcode !== 'text' && opcode !== 'binary'
