/**
 * Start and stop, as often as somebody likes and in whatever order they ask: each call takes effect after the ones
 * before it, so that there is never more than one proxy, nor one that nobody can stop.
 */
import type { ProxyAddress } from './proxy/index.ts'

/** One listening proxy; a new one for every start. */
export type Capturing = {
  readonly address: ProxyAddress
  /** Called again while it stops: the shorter time counts. Never rejects. */
  stop(graceMs: number): Promise<void>
}

export class Capture {
  readonly #begin: () => Promise<Capturing>
  /** From the call of start until that of stop. */
  #started: Promise<Capturing> | undefined
  #stopping: Promise<void> | undefined
  #listening: Capturing | undefined
  #graceMs = 0
  #closed = false

  constructor(begin: () => Promise<Capturing>) {
    this.#begin = begin
  }

  /** While it is started or starting: the same address again, or the same failure. After a failure it may be tried anew. */
  async start(): Promise<ProxyAddress> {
    if (this.#closed) throw new Error('the engine is closed and cannot be started again')
    this.#started ??= this.#startAfter(this.#stopping)
    return (await this.#started).address
  }

  /** While it is stopping: only the shorter time counts. Never rejects. */
  async stop(graceMs: number): Promise<void> {
    this.#graceMs = this.#stopping ? Math.min(this.#graceMs, graceMs) : graceMs
    if (this.#stopping) void this.#listening?.stop(this.#graceMs)
    if (this.#started) {
      const stopping = this.#stopAfter(this.#started)
      this.#started = undefined
      this.#stopping = stopping
      void stopping.then(() => {
        if (this.#stopping === stopping) this.#stopping = undefined
      })
    }
    await this.#stopping
  }

  /** stop(), for good. */
  async close(graceMs: number): Promise<void> {
    this.#closed = true
    await this.stop(graceMs)
  }

  #startAfter(stopping: Promise<void> | undefined): Promise<Capturing> {
    const started = (async () => {
      await stopping
      return (this.#listening = await this.#begin())
    })()
    started.catch(() => {
      if (this.#started === started) this.#started = undefined
    })
    return started
  }

  async #stopAfter(starting: Promise<Capturing>): Promise<void> {
    const listening = await starting.catch(() => undefined)
    await listening?.stop(this.#graceMs)
    this.#listening = undefined
  }
}
