/** Asks the worker about the text that is in the editor. The worker begins with the first question. */
import type { Text } from '@codemirror/state'
import type { FromWorker, Question, Questions, ToWorker } from './protocol.ts'

/** Why there is no answer: the worker could not begin, or TypeScript failed. The editor goes on without types. */
export class NoTypes extends Error {
  override readonly name = 'NoTypes'
  /** The worker could not begin at all. */
  readonly never: boolean
  constructor(why: string, never = false) {
    super(why)
    this.never = never
  }
}

type Waiting = { resolve: (gives: never) => void; reject: (error: NoTypes) => void }

/** A worker nobody asks any more is ended after this long; it holds a hundred megabytes. Milliseconds. */
const idleMs = 120_000

export class TypesClient {
  #worker: Worker | undefined
  #waiting = new Map<number, Waiting>()
  #next = 1
  #given: { name: string; text: Text } | undefined
  #idle: ReturnType<typeof setTimeout> | undefined
  readonly #begin: () => Worker

  constructor(begin: () => Worker) {
    this.#begin = begin
  }

  /** `name`: the file's; its ending tells the language. Rejects with NoTypes. */
  ask<Q extends Question>(
    question: Q,
    takes: Questions[Q]['takes'],
    name: string,
    text: Text,
  ): Promise<Questions[Q]['gives']> {
    const worker = (this.#worker ??= this.#started())
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => this.close(), idleMs)
    const id = this.#next++
    const isKnown = this.#given?.name === name && this.#given.text === text
    this.#given = { name, text }
    worker.postMessage({
      id,
      question,
      takes,
      ...(!isKnown && { file: { name, text: text.toString() } }),
    } satisfies ToWorker)
    return new Promise<Questions[Q]['gives']>((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
  }

  close(): void {
    clearTimeout(this.#idle)
    this.#worker?.terminate()
    this.#forget('ended')
  }

  #started(): Worker {
    const worker = this.#begin()
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      const waiting = this.#waiting.get(data.id)
      this.#waiting.delete(data.id)
      if ('failed' in data) waiting?.reject(new NoTypes(data.failed))
      else waiting?.resolve(data.gives as never)
    }
    worker.onerror = ({ message }) => {
      worker.terminate()
      this.#forget(message, true)
    }
    return worker
  }

  #forget(why: string, never = false): void {
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    this.#worker = undefined
    this.#given = undefined
    for (const { reject } of waiting) reject(new NoTypes(why, never))
  }
}

/** One for the window. */
export const types = new TypesClient(
  () => new Worker(new URL('./types-worker.ts', import.meta.url), { type: 'module', name: 'types' }),
)
