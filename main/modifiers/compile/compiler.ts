import { Worker } from 'node:worker_threads'
import type { Transpiled } from './transpile.ts'

/** It holds some 100 MB, so it ends when nobody has asked for so long. */
const idleMs = 20_000
/** A source that takes longer is taken for one that never ends. */
const longestMs = 20_000
/** Characters of a source. */
export const longestSource = 1024 * 1024

/** A file of the sources, or a bundle of its own beside the host's. */
const inSources = import.meta.url.endsWith('.ts')
const script = new URL(inSources ? './compile-worker.ts' : '../compiler/compile-worker.cjs', import.meta.url)

type Waiting = { source: string; resolve: (result: Transpiled) => void }

/** Compiles sources one after the other in a thread that is started when it is needed and ended when it is idle. */
export class Compiler {
  #worker: Worker | undefined
  readonly #waiting: Waiting[] = []
  #current: Waiting | undefined
  #timer: NodeJS.Timeout | undefined
  #id = 0
  #closed = false

  /** Never rejects: what goes wrong is a fault. */
  compile(source: string): Promise<Transpiled> {
    if (source.length > longestSource) return Promise.resolve(failed(`it has more than ${longestSource} characters`))
    if (this.#closed) return Promise.resolve(failed('Spillway is ending'))
    return new Promise((resolve) => {
      this.#waiting.push({ source, resolve })
      this.#next()
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const { resolve } of this.#waiting.splice(0)) resolve(failed('Spillway is ending'))
    await this.#end('Spillway is ending')
  }

  #next(): void {
    if (this.#current) return
    const next = this.#waiting.shift()
    if (!next) {
      if (this.#worker) this.#after(idleMs, () => void this.#end(''))
      return
    }
    this.#current = next
    this.#after(longestMs, () => void this.#end('compiling it takes too long'))
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
      if (this.#worker === worker) void this.#end(why)
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

  /** Whatever was being compiled has failed for this reason. */
  async #end(why: string): Promise<void> {
    clearTimeout(this.#timer)
    const worker = this.#worker
    this.#worker = undefined
    const ended = worker?.terminate()
    if (this.#current) this.#done(failed(why))
    await ended
  }

  #after(ms: number, act: () => void): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(act, ms).unref()
  }
}

const failed = (message: string): Transpiled => ({
  ok: false,
  faults: [{ message, line: undefined, column: undefined }],
})
