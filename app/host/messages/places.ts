/**
 * Where the n-th message is that a filter lets through. How many there are of each sort is counted once for each block of
 * the index, so that any place of millions is found by reading one block.
 */
import type { FlowId, Gap } from '../../../main/model/flow.ts'
import type { MessageOpcode, WebSocketMessage } from '../../../main/model/web-socket.ts'
import type { Listed, MessageFilter } from '../../contract/messages.ts'
import { slices } from '../flows/flow-pages.ts'
import { listGaps, readRecords, type MessageEngine } from './recorded.ts'

/** Messages of the index counted together. */
const blockLength = 4096

/** Undefined: it is not listed any more. */
export type Numbered = { number: number; message: WebSocketMessage | undefined }

const opcodes: readonly MessageOpcode[] = ['text', 'binary', 'close', 'ping', 'pong']
const sorts = opcodes.length * 2
const sortOf = ({ direction, opcode }: Pick<WebSocketMessage, 'direction' | 'opcode'>): number =>
  opcodes.indexOf(opcode) + (direction === 'received' ? opcodes.length : 0)

/** Whether a filter lets this message through. Pings, pongs and closes are "control". */
export function lets(
  { direction, kind }: MessageFilter,
  message: Pick<WebSocketMessage, 'direction' | 'opcode'>,
): boolean {
  if (direction !== undefined && message.direction !== direction) return false
  const is = message.opcode === 'text' || message.opcode === 'binary' ? message.opcode : 'control'
  return kind === undefined || kind === is
}

export const isFilter = ({ direction, kind }: MessageFilter): boolean => direction !== undefined || kind !== undefined

/**
 * What an answer is about, and whether places that were told with `since` are others now: with a filter, when some that
 * were listed then are not any more. What was lost as it came never had a place. Pure.
 */
export function placed(
  gaps: readonly Gap[],
  all: number,
  filter: MessageFilter,
  since: Listed | undefined,
): { listed: Listed; moved: boolean } {
  const moved = since !== undefined && isFilter(filter) && lostIn(gaps, 0, since.all) !== since.lost
  return { listed: { all, lost: lostIn(gaps, 0, all) }, moved }
}

/** How many of each sort, of those that were listed when they were counted: all but the `lost` ones. */
type Block = { counts: Uint16Array; lost: number }

/** Of one flow, as far as it has been counted: whole blocks only, as the last one is still growing. */
export class Places {
  readonly #blocks: Block[] = []

  /** `total`: in the index. All of them up to `limit` from the place `from` of those that the filter lets through. */
  async page(
    engine: MessageEngine,
    id: FlowId,
    { filter, from, limit, total }: { filter: MessageFilter; from: number; limit: number; total: number },
    signal: AbortSignal,
  ): Promise<{ total: number; found: Numbered[] }> {
    if (!isFilter(filter)) {
      const messages = from < total ? await readRecords(engine, id, from, Math.min(limit, total - from)) : []
      return { total, found: messages.map((message, index) => ({ number: from + index, message })) }
    }
    const whole = Math.floor(total / blockLength)
    await this.#count(engine, id, whole, signal)
    const wanted = sortsOf(filter)
    const pause = slices(signal)
    const found: Numbered[] = []
    let before = 0
    for (let block = 0; block <= whole; block++) {
      const counted = this.#blocks[block]
      const sum =
        counted && block < whole ? wanted.reduce((all, sort) => all + (counted.counts[sort] ?? 0), 0) : undefined
      // Nothing of this block is on the page.
      if (sum !== undefined && (before + sum <= from || found.length === limit)) {
        before += sum
        continue
      }
      await pause()
      const first = block * blockLength
      const messages = await readRecords(engine, id, first, Math.min(blockLength, total - first))
      for (const [index, message] of messages.entries()) {
        if (!message || !lets(filter, message)) continue
        if (before >= from && found.length < limit) found.push({ number: first + index, message })
        before++
      }
    }
    return { total: before, found }
  }

  async #count(engine: MessageEngine, id: FlowId, blocks: number, signal: AbortSignal): Promise<void> {
    const pause = slices(signal)
    const gaps = listGaps(engine, id)
    for (let block = 0; block < blocks; block++) {
      // What has been given up since is not counted any more.
      if (this.#blocks[block]?.lost === lostIn(gaps, block * blockLength, (block + 1) * blockLength)) continue
      const messages = await readRecords(engine, id, block * blockLength, blockLength)
      const counts = new Uint16Array(sorts)
      let lost = 0
      for (const message of messages) {
        if (message) counts[sortOf(message)] = (counts[sortOf(message)] ?? 0) + 1
        else lost++
      }
      // Two windows may count at once, and come to the same.
      this.#blocks[block] = { counts, lost }
      await pause()
    }
  }
}

/** Of those from `first` on, up to `end`. */
function lostIn(gaps: readonly Gap[], first: number, end: number): number {
  return gaps.reduce((lost, { from, to }) => lost + Math.max(0, Math.min(to, end) - Math.max(from, first)), 0)
}

const sortsOf = (filter: MessageFilter): number[] =>
  (['sent', 'received'] as const).flatMap((direction) =>
    opcodes.flatMap((opcode) => (lets(filter, { direction, opcode }) ? [sortOf({ direction, opcode })] : [])),
  )
