import { CompilerThread, failed, type Job } from './compiler-thread.ts'
import type { Transpiled } from './transpile.ts'

/** Characters of a source. */
export const longestSource = 1024 * 1024

const ending = 'Spillway is ending'

/** To load TypeScript costs half a second of processor time, so one thread serves all of this process. */
const thread = new CompilerThread()
let users = 0

/** Compiles for one owner. The thread is shared with others, and ends with the last of them. */
export class Compiler {
  readonly #jobs = new Set<Job>()
  #closed = false

  constructor() {
    users++
  }

  /** Never rejects: what goes wrong is a fault. */
  compile(source: string): Promise<Transpiled> {
    if (source.length > longestSource) return Promise.resolve(failed(`it has more than ${longestSource} characters`))
    if (this.#closed) return Promise.resolve(failed(ending))
    return new Promise((resolve) => {
      const job: Job = {
        source,
        resolve: (result) => {
          this.#jobs.delete(job)
          resolve(result)
        },
      }
      this.#jobs.add(job)
      thread.ask(job)
    })
  }

  /** What it was asked and has not answered is told that Spillway is ending. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    users--
    for (const job of [...this.#jobs].reverse()) thread.drop(job, ending)
    if (users === 0) await thread.end(ending)
  }
}
