/**
 * Host names to addresses, without letting dead names stop living ones.
 *
 * The system's lookup occupies one of the process's few pool threads until it answers, and nothing can call it back.
 * So a name is looked up once for everyone who waits for it, only so many at a time, and not again for some seconds.
 */
import { isIP } from 'node:net'

export const runningAtMost = 8
export const namesKeptAtMost = 1000
export const foundKeptMs = 5000
export const failureKeptMs = 1000

/** RFC 6761 §6.3: these names are this machine, whatever a name server says. */
const localName = /^(?:.+\.)?localhost\.?$/i
const loopback = ['127.0.0.1', '::1']

/** With an error, the addresses are empty. */
export type Answer = (error: Error | null, addresses: readonly string[]) => void

/** Answers once, later. */
export type Lookup = (name: string, answer: Answer) => void

/** Queued or running. */
type Question = { readonly name: string; readonly waiting: Set<Answer> }

type Kept = { error: Error | null; addresses: readonly string[]; until: number }

export class Resolver {
  readonly #lookup: Lookup
  /** Milliseconds, monotonic. */
  readonly #clock: () => number
  readonly #questions = new Map<string, Question>()
  /** In the order of asking. */
  readonly #queue = new Set<Question>()
  /** Oldest first. */
  readonly #kept = new Map<string, Kept>()
  #running = 0

  constructor(lookup: Lookup, clock: () => number = () => performance.now()) {
    this.#lookup = lookup
    this.#clock = clock
  }

  /** Answers at once if nobody has to be asked. Returns how to stop waiting; after that there is no answer. */
  resolve(host: string, answer: Answer): () => void {
    const name = host.toLowerCase()
    const known = isIP(host) ? { error: null, addresses: [host] } : this.#known(name)
    if (known) {
      answer(known.error, known.addresses)
      return () => undefined
    }
    // Of its own for each caller, so that one who asks twice is answered twice.
    const waiter: Answer = (error, addresses) => answer(error, addresses)
    const question = this.#questions.get(name) ?? this.#ask(name)
    question.waiting.add(waiter)
    this.#startMore()
    return () => this.#leave(question, waiter)
  }

  #known(name: string): Omit<Kept, 'until'> | undefined {
    if (localName.test(name)) return { error: null, addresses: loopback }
    const kept = this.#kept.get(name)
    return kept && this.#clock() < kept.until ? kept : undefined
  }

  #ask(name: string): Question {
    const question: Question = { name, waiting: new Set() }
    this.#questions.set(name, question)
    this.#queue.add(question)
    return question
  }

  #startMore(): void {
    for (const question of this.#queue) {
      if (this.#running >= runningAtMost) return
      this.#queue.delete(question)
      this.#running++
      this.#lookup(question.name, (error, addresses) => this.#answered(question, error, addresses))
    }
  }

  #answered({ name, waiting }: Question, error: Error | null, addresses: readonly string[]): void {
    this.#running--
    this.#questions.delete(name)
    this.#keep(name, error, addresses)
    this.#startMore()
    for (const answer of waiting) answer(error, addresses)
  }

  #keep(name: string, error: Error | null, addresses: readonly string[]): void {
    const found = !error && addresses.length > 0
    this.#kept.delete(name)
    this.#kept.set(name, { error, addresses, until: this.#clock() + (found ? foundKeptMs : failureKeptMs) })
    if (this.#kept.size <= namesKeptAtMost) return
    for (const oldest of this.#kept.keys()) {
      this.#kept.delete(oldest)
      return
    }
  }

  /** A running lookup nobody waits for runs on: its thread is taken anyway, and the next to ask may still use it. */
  #leave(question: Question, waiter: Answer): void {
    question.waiting.delete(waiter)
    if (question.waiting.size === 0 && this.#queue.delete(question)) this.#questions.delete(question.name)
  }
}
