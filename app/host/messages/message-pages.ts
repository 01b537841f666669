/** `flows.messages`: a page of facts about messages, with their beginnings. */
import type { Flow } from '../../../main/model/flow.ts'
import type { WebSocketMessage } from '../../../main/model/web-socket.ts'
import type { Checked, Output } from '../../contract/contract.ts'
import type { LostRow, MessageRow } from '../../contract/messages.ts'
import { slices } from '../flows/flow-pages.ts'
import type { Inflating, Run, Spent } from './inflating.ts'
import { placed, type Places } from './places.ts'
import { previewBytes, previewOf } from './preview.ts'
import { listGaps, readRecords, recordedCount, type MessageEngine } from './recorded.ts'
import { WireWindow } from './wire-window.ts'

/** Frames have headers of 14 bytes at the most; of a message in many small ones, a preview has a few words less. */
const previewWire = previewBytes + 256
/** A larger compressed message is not inflated for the sake of its first words. */
const largeWire = 256 * 1024
/** Of those between two rows that a filter leaves out, so many are gone through. */
const mostBetween = 2000

type Seen = { messages: MessageEngine; inflating: Inflating; places: Places }

export async function messagesPage(
  { messages: engine, inflating, places }: Seen,
  flow: Flow,
  { filter, from, limit, since }: Checked<'flows.messages'>,
  signal: AbortSignal,
): Promise<Output<'flows.messages'>> {
  const all = recordedCount(flow)
  // What is lost from now on is for the next answer.
  const about = placed(listGaps(engine, flow.id), all, filter, since)
  const { total, found } = await places.page(engine, flow.id, { filter, from, limit, total: all }, signal)
  const wire = new WireWindow(engine, flow.id)
  const through = new Through(engine, flow, inflating, wire, signal)
  const pause = slices(signal)
  const rows: (MessageRow | LostRow)[] = []
  for (const numbered of found) {
    const { number, message } = numbered
    rows.push(message ? await row(number, message, wire, through) : { number, lost: true })
    signal.throwIfAborted()
    await pause()
  }
  through.end()
  return { total, rows, ...about }
}

async function row(number: number, message: WebSocketMessage, wire: WireWindow, through: Through): Promise<MessageRow> {
  const { direction, opcode, at, length, compressed, frames, closeCode } = message
  const facts: MessageRow = {
    ...{ number, direction, opcode, at, length, compressed, frames },
    ...(closeCode !== undefined && { closeCode }),
    recorded: wire.hasWhole(message),
  }
  if (compressed) {
    if (!facts.recorded) return facts
    const inflated = await through.inflate(number, message)
    if (typeof inflated === 'string') return { ...facts, notInflated: inflated }
    return { ...facts, ...previewOf(opcode, inflated) }
  }
  const { bytes } = await wire.payload(message, previewWire)
  return bytes.length === 0 && !facts.recorded ? facts : { ...facts, ...previewOf(opcode, bytes) }
}

/** The compressed ones among the rows of a page, one after the other, and those between them that are no rows. */
class Through {
  readonly #engine: MessageEngine
  readonly #flow: Flow
  readonly #inflating: Inflating
  readonly #wire: WireWindow
  readonly #signal: AbortSignal
  readonly #spent: Spent = { messages: 0, bytes: 0 }
  #run: Run | undefined
  #ahead = false

  constructor(engine: MessageEngine, flow: Flow, inflating: Inflating, wire: WireWindow, signal: AbortSignal) {
    this.#engine = engine
    this.#flow = flow
    this.#inflating = inflating
    this.#wire = wire
    this.#signal = signal
  }

  async inflate(
    number: number,
    message: WebSocketMessage,
  ): Promise<Uint8Array | NonNullable<MessageRow['notInflated']>> {
    const standsAlone = this.#inflating.standsAlone(message)
    if (standsAlone && message.wireLength > largeWire) return 'large'
    if (await this.#inflating.isLost(number, message)) return 'lost'
    const run = standsAlone ? this.#inflating.alone(number) : await this.#to(number)
    if (!run) return (await this.#inflating.isLost(number, message)) ? 'lost' : 'ahead'
    let first = Buffer.alloc(0)
    const take = (bytes: Uint8Array): boolean => {
      if (first.length < previewBytes) first = Buffer.concat([first, bytes.subarray(0, previewBytes)])
      return first.length >= previewBytes
    }
    const { lost, failure } = await run.next(message, this.#wire, take, this.#signal)
    if (lost === true) return 'lost'
    return failure !== undefined && first.length === 0 ? 'damaged' : first
  }

  end(): void {
    if (this.#run) this.#inflating.remember(this.#run.state())
  }

  /** Undefined: as much has been done for this page as is for one question; the next one goes on from there. */
  async #to(number: number): Promise<Run | undefined> {
    // The first is had in any case: each question goes further.
    if (this.#run && this.#inflating.isEnough(this.#spent)) this.#ahead = true
    if (this.#ahead) return undefined
    if (this.#run && number - this.#run.number > mostBetween) {
      this.end()
      this.#run = undefined
    }
    if (!this.#run) {
      this.#run = await this.#inflating.from(number, this.#signal, this.#spent)
      this.#ahead = this.#run === undefined
      return this.#run
    }
    await this.#pass(this.#run, number)
    return this.#run
  }

  async #pass(run: Run, to: number): Promise<void> {
    if (run.number === to) return
    const pause = slices(this.#signal)
    for (const message of await readRecords(this.#engine, this.#flow.id, run.number, to - run.number)) {
      if (message) await run.pass(message, this.#wire, this.#signal)
      else run.lose()
      await pause()
    }
  }
}
