/** The messages of one flow that a filter lets through: how many there are, and the pages around what is looked at. */
import { pageMessages, type LostRow, type MessageRow } from '../../../../app/contract/messages.ts'
import { CallError } from '../../../../app/contract/wire.ts'
import { KeptPages } from '../body/pages/kept-pages.ts'

type Ask = (
  from: number,
  limit: number,
  signal: AbortSignal,
) => Promise<{ total: number; rows: (MessageRow | LostRow)[] }>

/** What was not inflated yet is asked for again, as each question goes further. */
const againMs = 300

export class MessageList {
  /** Undefined until the first answer. */
  total: number | undefined
  readonly #pages: KeptPages<(MessageRow | LostRow)[]>
  readonly #ask: Ask
  #wanted: [from: number, to: number] = [0, 0]
  #again: ReturnType<typeof setTimeout> | undefined
  /** How many questions there were, and the latest that was answered. */
  #asked = 0
  #newest = 0
  #counting = false
  #news = false

  constructor(ask: Ask) {
    this.#ask = ask
    this.#pages = new KeptPages((index, signal) => this.#page(index, signal))
    this.#pages.subscribe(() => this.#lookAgain())
  }

  get subscribe() {
    return this.#pages.subscribe
  }

  get version(): number {
    return this.#pages.version
  }

  /** A sentence. */
  get fault(): string | undefined {
    return this.#pages.fault
  }

  /** Undefined: on its way. */
  row(place: number): MessageRow | LostRow | undefined {
    return this.#pages.page(Math.floor(place / pageMessages))?.[place % pageMessages]
  }

  /** These are looked at, the last one not included. */
  want(first: number, last: number): void {
    const [from, to] = [first, Math.max(first, last - 1)].map((place) => Math.floor(place / pageMessages))
    this.#wanted = [from ?? 0, to ?? 0]
    this.#pages.want(...this.#wanted)
    this.#complete()
  }

  /** More messages have passed; one question at a time finds out whether the filter lets them through. */
  async renew(signal: AbortSignal): Promise<void> {
    this.#news = true
    if (this.#counting) return
    this.#counting = true
    try {
      while (this.#news && !signal.aborted) {
        this.#news = false
        // Never wrong, though the filter may let none of the new ones through.
        await this.#told(this.total ?? 0, 1, signal)
        // One of them may have failed.
        this.#pages.want(...this.#wanted)
        this.#pages.touch()
      }
    } catch (error) {
      // The pages tell what is wrong.
      if (!(error instanceof CallError)) throw error
    } finally {
      this.#counting = false
    }
  }

  close(): void {
    clearTimeout(this.#again)
    this.#pages.close()
  }

  /** What is there of it stays: it is asked for from the first row on that is missing, or not inflated yet. */
  async #page(index: number, signal: AbortSignal): Promise<(MessageRow | LostRow)[]> {
    const rows = this.#pages.page(index) ?? []
    const ahead = rows.findIndex(isAhead)
    const there = ahead === -1 ? rows : rows.slice(0, ahead)
    if (there.length === pageMessages) return there
    const from = index * pageMessages + there.length
    return [...there, ...(await this.#told(from, pageMessages - there.length, signal)).rows]
  }

  /** Answers that were overtaken by newer ones say nothing of the total. */
  async #told(from: number, limit: number, signal: AbortSignal): ReturnType<Ask> {
    const asked = ++this.#asked
    const answer = await this.#ask(from, limit, signal)
    if (asked < this.#newest) return answer
    this.#newest = asked
    const before = this.total ?? 0
    this.total = answer.total
    // Some were given up for the disk's sake, so that all behind them have other places.
    if (answer.total < before) this.#pages.forget(...this.#wanted)
    return answer
  }

  /** The last page of then has more rows now. */
  #complete(): void {
    const [from, to] = this.#wanted
    for (let index = from; index <= to; index++) {
      const due = Math.min(pageMessages, (this.total ?? 0) - index * pageMessages)
      const rows = this.#pages.page(index)
      if (rows && rows.length < due) this.#pages.renew(index)
    }
  }

  #lookAgain(): void {
    this.#complete()
    clearTimeout(this.#again)
    const [from, to] = this.#wanted
    const ahead = [from, to].filter((index) => this.#pages.page(index)?.some(isAhead))
    if (ahead.length === 0) return
    this.#again = setTimeout(() => {
      for (const index of new Set(ahead)) this.#pages.renew(index)
    }, againMs)
  }
}

const isAhead = (row: MessageRow | LostRow): boolean => 'notInflated' in row && row.notInflated === 'ahead'
