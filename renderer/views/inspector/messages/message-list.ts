/** The messages of one flow that a filter lets through: how many there are, and the pages around what is looked at. */
import type { Output } from '../../../../app/contract/contract.ts'
import { pageMessages, type Listed, type LostRow, type MessageRow } from '../../../../app/contract/messages.ts'
import { CallError } from '../../../../app/contract/wire.ts'
import { KeptPages } from '../body/pages/kept-pages.ts'

type Answer = Output<'flows.messages'>
type Ask = (from: number, limit: number, since: Listed | undefined, signal: AbortSignal) => Promise<Answer>

/** What was not inflated yet is asked for again, as each question goes further. */
const againMs = 300

export class MessageList {
  /** Undefined until the first answer. */
  total: number | undefined
  /** How often all places have become others. */
  moves = 0
  readonly #pages: KeptPages<(MessageRow | LostRow)[]>
  readonly #ask: Ask
  #wanted: [from: number, to: number] = [0, 0]
  #again: ReturnType<typeof setTimeout> | undefined
  /** How many questions there were, and the latest that was answered. */
  #asked = 0
  #newest = 0
  #since: Listed | undefined
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

  /** What the places are about, to be told with a question about them. */
  get since(): Listed | undefined {
    return this.#since
  }

  /** An answer to a question with `since`. When some were given up for the disk's sake, what is looked at is read anew. */
  hear(since: Listed | undefined, { listed, moved }: Pick<Answer, 'listed' | 'moved'>): void {
    // Another answer was here first; the next one tells what has changed since.
    if (since !== this.#since) return
    this.#since = listed
    if (!moved) return
    this.moves++
    this.#pages.forget(...this.#wanted)
    this.#pages.touch()
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
  async #told(from: number, limit: number, signal: AbortSignal): Promise<Answer> {
    const asked = ++this.#asked
    const since = this.#since
    const answer = await this.#ask(from, limit, since, signal)
    if (asked >= this.#newest) {
      this.#newest = asked
      this.total = answer.total
    }
    this.hear(since, answer)
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
