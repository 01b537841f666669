/**
 * Compressed messages in the midst of a flow. With context takeover each may refer to those before it, so they are inflated
 * from the beginning on, once: every so many messages the state is kept, and the next question goes on from the nearest.
 * Bounded, however many messages there are: in memory by the number of states (64 KiB each at the most), which are kept
 * further apart when there are too many; and in time for one question, which otherwise says that it has not come so far.
 * Where a message is missing, whatever may refer to it is lost, and there is nothing to be gone through.
 */
import type { MessageInflater } from '../../../main/index.ts'
import type { Flow, FlowId } from '../../../main/model/flow.ts'
import type { MessageDirection, WebSocketMessage } from '../../../main/model/web-socket.ts'
import { slices } from '../flows/flow-pages.ts'
import { firstCut } from './cut-messages.ts'
import {
  forked,
  fresh,
  lostOnes,
  needsNone,
  skip,
  takeoverOf,
  type Inflaters,
  type State,
  type Takeover,
} from './states.ts'
import { listGaps, nextListed, readRecords, recordedGaps, type MessageEngine } from './recorded.ts'
import { WireWindow } from './wire-window.ts'

/** What was done: messages inflated, and bytes, those that were read and those that came out of them. */
export type Spent = { messages: number; bytes: number }

export type Work = {
  /** Messages passed on the way to the one that is wanted, and what it took: one question goes no further. */
  messages: number
  bytes: number
  /** States kept of one flow, and how far apart at first. */
  states: number
  spacing: number
}

/** At most half a second of work, and 16 MiB of memory for a flow. */
const usual: Work = { messages: 20_000, bytes: 16 * 1024 * 1024, states: 256, spacing: 256 }

/** The last places that were asked for: of who follows the end, or pages on. */
const mostRecent = 8
/** Index records read at once. */
const recordsAtOnce = 1024
/** Smaller messages are read at once, and inflated so where that is a small step. */
const smallWire = 16 * 1024

export class Inflating {
  readonly #engine: MessageEngine
  readonly #id: FlowId
  readonly #takeover: Takeover
  readonly #work: Work
  /** Before message `number`; those kept for good are multiples of #spacing. */
  readonly #states = new Map<number, State>()
  readonly #recent = new Map<number, State>()
  /** A compressed message that is not recorded whole, found by whoever asked for one behind it. */
  readonly #cut: { [direction in MessageDirection]?: number } = {}
  #spacing: number

  constructor(engine: MessageEngine, flow: Flow, work = usual) {
    this.#engine = engine
    this.#id = flow.id
    this.#work = work
    this.#spacing = work.spacing
    this.#takeover = takeoverOf(flow)
  }

  /** Messages from `number` on that need none before them. */
  alone(number: number): Run {
    return new Run(this.#takeover, { number, inflaters: fresh(this.#takeover) })
  }

  /** It can be inflated by itself. */
  standsAlone({ direction }: WebSocketMessage): boolean {
    return !this.#takeover[direction]
  }

  /** One question does no more. */
  isEnough({ messages, bytes }: Spent): boolean {
    return messages >= this.#work.messages || bytes >= this.#work.bytes
  }

  /**
   * Inflates messages from `number` on, in their order; undefined: those before it are not inflated yet, but more of them
   * than when it was last asked. What it takes, now and then, is added to `spent`. Rejects with the signal, and with
   * CallError (GONE).
   */
  async from(number: number, signal: AbortSignal, spent = nothingSpent()): Promise<Run | undefined> {
    let at = this.#nearest(number)
    if (at.number < number && !needsNone(this.#takeover, at)) {
      if (this.#isGapIn(at.number, number)) at = { number, inflaters: lostOnes(this.#takeover) }
      else this.remember((at = await this.#advance(at, number, signal, spent)))
      if (at.number < number && !needsNone(this.#takeover, at)) return undefined
    }
    return new Run(this.#takeover, forked({ number, inflaters: at.inflaters }), spent)
  }

  /**
   * A message of which as much is known already: what it may refer to is not recorded, or damaged. However far that is,
   * nothing is inflated for it. Rejects with CallError (GONE).
   */
  async isLost(number: number, { direction, offset }: WebSocketMessage): Promise<boolean> {
    const { number: from, inflaters } = this.#nearest(number)
    if (inflaters[direction].lost) return true
    if (!this.#takeover[direction]) return false
    if (!recordedGaps(this.#engine, this.#id, direction).some((gap) => gap.from < offset)) return false
    // What has been given up since is known as well: `from` has been inflated before.
    const known = this.#cut[direction]
    if (known !== undefined && known >= from && known < number) return true
    const cut = await firstCut(this.#engine, this.#id, direction, { from, to: number })
    if (cut !== undefined) this.#cut[direction] = cut
    return cut !== undefined
  }

  /** Whoever asks for what comes behind it need not come this way again. */
  remember(state: State): void {
    this.#keep(state)
    this.#recent.delete(state.number)
    this.#recent.set(state.number, state)
    const [oldest] = this.#recent.keys()
    if (this.#recent.size > mostRecent && oldest !== undefined) this.#recent.delete(oldest)
  }

  #nearest(number: number): State {
    let best: State | undefined
    for (const states of [this.#states, this.#recent]) {
      for (const state of states.values())
        if (state.number <= number && state.number >= (best?.number ?? 0)) best = state
    }
    return best ?? { number: 0, inflaters: fresh(this.#takeover) }
  }

  async #advance(begin: State, to: number, signal: AbortSignal, spent: Spent): Promise<State> {
    const run = new Run(this.#takeover, forked(begin), spent)
    const most = spent.bytes + this.#work.bytes
    const wire = new WireWindow(this.#engine, this.#id)
    const pause = slices(signal)
    const last = Math.min(to, begin.number + this.#work.messages)
    while (run.number < last && spent.bytes < most && !run.needsNone) {
      const messages = await readRecords(this.#engine, this.#id, run.number, Math.min(recordsAtOnce, last - run.number))
      if (messages.length === 0) break
      if (!messages[0]) run.lose(Math.min(last, nextListed(this.#engine, this.#id, run.number) ?? last))
      else
        for (const message of messages) {
          signal.throwIfAborted()
          if (!message) {
            run.lose()
            continue
          }
          await run.pass(message, wire, signal)
          if (run.number % this.#spacing === 0) this.#keep(run.state())
          if (spent.bytes >= most) break
          await pause()
        }
    }
    return run.state()
  }

  /** Some of these are not listed any more. */
  #isGapIn(first: number, last: number): boolean {
    return listGaps(this.#engine, this.#id).some(({ from, to }) => from < last && to > first)
  }

  #keep(state: State): void {
    if (state.number % this.#spacing === 0) this.#states.set(state.number, state)
    if (this.#states.size <= this.#work.states) return
    this.#spacing *= 2
    for (const number of this.#states.keys()) if (number % this.#spacing !== 0) this.#states.delete(number)
  }
}

/** What was had of one message. */
export type Had = {
  /** All of it was there and came out whole, unless whoever took it wanted no more. */
  whole: boolean
  /** Why not, where it is not for want of bytes; a sentence without its end. */
  failure?: string | undefined
  /** One before it, to which it may refer, is not known. */
  lost?: boolean
}

/** Takes a payload piece by piece, lent; true: it wants no more. */
export type Take = (bytes: Uint8Array) => boolean | undefined

/** Messages in their order, from one state on. One at a time. */
export class Run {
  number: number
  /** Also by whoever else was given it. */
  readonly spent: Spent
  readonly #takeover: Takeover
  readonly #inflaters: Inflaters

  constructor(takeover: Takeover, { number, inflaters }: State, spent = nothingSpent()) {
    this.number = number
    this.spent = spent
    this.#takeover = takeover
    this.#inflaters = inflaters
  }

  /** None of those that come refers to one before it that is known: it is the same wherever it begins. */
  get needsNone(): boolean {
    return needsNone(this.#takeover, { inflaters: this.#inflaters })
  }

  /**
   * The next message, inflated where it was compressed. However large it is, it is read, inflated and told in pieces, and
   * others are served in between. Rejects with the signal, and with CallError (GONE).
   */
  async next(message: WebSocketMessage, wire: WireWindow, take: Take, signal: AbortSignal): Promise<Had> {
    this.number++
    const inflater = this.#inflaters[message.direction]
    if (message.compressed && inflater.lost) return { whole: false, lost: true }
    this.spent.bytes += message.wireLength
    if (!message.compressed) return { whole: await wire.pieces(message, take, signal) }
    this.spent.messages++
    if (message.wireLength <= smallWire) {
      const { bytes, whole } = await wire.payload(message, message.wireLength)
      const inflated = whole ? inflater.inflateAtOnce(bytes) : undefined
      if (inflated) {
        this.spent.bytes += inflated.length
        take(inflated)
        return { whole: true }
      }
    }
    return this.#inPieces(message, inflater, wire, take, signal)
  }

  /** The next message, which is not wanted itself: it is inflated where others may refer to it. */
  async pass(message: WebSocketMessage, wire: WireWindow, signal: AbortSignal): Promise<void> {
    if (message.compressed && this.#takeover[message.direction]) await this.next(message, wire, () => undefined, signal)
    else this.number++
  }

  /** The next message is not known, or all before number `to` are not: those that may refer to them are lost. */
  lose(to: number = this.number + 1): void {
    this.number = to
    skip(this.#inflaters)
  }

  state(): State {
    return forked({ number: this.number, inflaters: this.#inflaters })
  }

  async #inPieces(
    message: WebSocketMessage,
    inflater: MessageInflater,
    wire: WireWindow,
    take: Take,
    signal: AbortSignal,
  ): Promise<Had> {
    const goesOn = this.#takeover[message.direction]
    const taker = { enough: false }
    const inflation = inflater.begin((bytes) => {
      this.spent.bytes += bytes.length
      if (!taker.enough) taker.enough = take(bytes) === true
      // Not only with the next piece: a thousand times as much may come of this one.
      if (signal.aborted || (taker.enough && !goesOn)) inflation.giveUp()
    })
    try {
      const push = async (payload: Buffer): Promise<boolean> => {
        await inflation.push(payload)
        // Those behind it may refer to it.
        return taker.enough && !goesOn
      }
      const isThere = await wire.pieces(message, push, signal)
      signal.throwIfAborted()
      if (taker.enough && !goesOn) return { whole: true }
      if (!isThere) return { whole: false }
      const failure = await inflation.end()
      signal.throwIfAborted()
      if (taker.enough && !goesOn) return { whole: true }
      return { whole: failure === undefined, failure }
    } finally {
      inflation.giveUp()
    }
  }
}

const nothingSpent = (): Spent => ({ messages: 0, bytes: 0 })
