import { Worker } from 'node:worker_threads'
import type { Transpiled } from './transpile.ts'

/** It holds some 100 MB, so it ends when nobody has asked for so long. */
const idleMs = 20_000
/** A source that takes longer is taken for one that never ends. */
const longestMs = 20_000

/** A file of the sources, or a bundle of its own beside the host's. */
const inSources = import.meta.url.endsWith('.ts')
const script = new URL(inSources ? './compile-worker.ts' : '../compiler/compile-worker.cjs', import.meta.url)

export type Job = { source: string; resolve: (result: Transpiled) => void }

/** Compiles sources one after the other in a thread that is started when it is needed and ended when it is idle. */
export class CompilerThread {
  #worker: Worker | undefined
  /** The last one that was told to end. */
  #ended: Promise<unknown> = Promise.resolve()
  readonly #waiting: Job[] = []
  #current: Job | undefined
  #timer: NodeJS.Timeout | undefined
  #id = 0

  /** It is answered once, whatever happens: what goes wrong is a fault. */
  ask(job: Job): void {
    this.#waiting.push(job)
    this.#next()
  }

  /** It is answered now, for this reason, if it was not; the thread ends where it was at work on it. */
  drop(job: Job, why: string): void {
    if (this.#current === job) void this.end(why)
    const at = this.#waiting.indexOf(job)
    if (at === -1) return
    this.#waiting.splice(at, 1)
    job.resolve(failed(why))
  }

  /**
   * Whatever is being compiled has failed for this reason; for what waits behind it the thread is started again. Resolves
   * when the one that was at work has ended, whoever told it to.
   */
  async end(why: string): Promise<void> {
    clearTimeout(this.#timer)
    const worker = this.#worker
    this.#worker = undefined
    if (worker) this.#ended = worker.terminate()
    const ended = this.#ended
    if (this.#current) this.#done(failed(why))
    await ended
  }

  #next(): void {
    if (this.#current) return
    const next = this.#waiting.shift()
    if (!next) {
      if (this.#worker) this.#after(idleMs, () => void this.end(''))
      return
    }
    this.#current = next
    this.#after(longestMs, () => void this.end('compiling it takes too long'))
    this.#worker ??= this.#start()
    this.#worker.ref()
    this.#worker.postMessage({ id: ++this.#id, source: next.source })
  }

  #start(): Worker {
    const worker = new Worker(script, { name: 'compiler' })
    worker.on('message', ({ id, result }: { id: number; result: Transpiled }) => {
      if (id === this.#id) this.#done(result)
    })
    const lost = (why: string): void => {
      if (this.#worker === worker) void this.end(why)
    }
    worker.on('error', (error) =>
      lost(`the compiler failed: ${error instanceof Error ? error.message : String(error)}`),
    )
    worker.on('exit', () => lost('the compiler ended'))
    return worker
  }

  #done(result: Transpiled): void {
    const current = this.#current
    this.#current = undefined
    this.#worker?.unref()
    current?.resolve(result)
    this.#next()
  }

  #after(ms: number, act: () => void): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(act, ms).unref()
  }
}

export const failed = (message: string): Transpiled => ({
  ok: false,
  faults: [{ message, line: undefined, column: undefined }],
})
