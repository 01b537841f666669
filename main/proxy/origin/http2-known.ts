import type { OriginSession } from '../../http2/index.ts'
import type { ConnectionInfo } from '../../model/flow.ts'

/** `generation`: of the pool, when it was made. */
export type Known = { session: OriginSession; info: ConnectionInfo; generation: number }

/** Hosts whose choice is remembered; a page asks a few dozen. */
const mostPlain = 4096

/** What is known of origins that may speak HTTP/2, by the keys of their destinations. */
export class Http2Origins {
  readonly #known = new Map<string, Known>()
  /** Resolve when the origin has chosen, or nobody asks any more; reject with what it failed with. */
  readonly #asking = new Map<string, PromiseWithResolvers<undefined>>()
  /** They have chosen HTTP/1.1, so nobody need wait. */
  readonly #plain = new Set<string>()
  /** They speak it and offer no WebSockets in it. */
  readonly #withoutWebSockets = new Set<string>()
  /** They have refused HTTP/2 after they had chosen it. */
  readonly #refusing = new Set<string>()

  /** A connection that takes requests. */
  find(key: string, generation: number): Known | undefined {
    const known = this.#known.get(key)
    if (known?.session.usable === true && known.generation === generation) return known
    this.#known.delete(key)
    return undefined
  }

  /** Somebody asks it just now, whose answer is worth waiting for. */
  asking(key: string): Promise<undefined> | undefined {
    return this.#plain.has(key) ? undefined : this.#asking.get(key)?.promise
  }

  speaks(key: string, known: Known): void {
    this.#plain.delete(key)
    this.#known.set(key, known)
  }

  speaksNot(key: string): void {
    if (this.#plain.size >= mostPlain) this.#plain.clear()
    this.#plain.add(key)
  }

  /** HTTP_1_1_REQUIRED (RFC 9113 §7), in spite of what it chose; it is not offered again. */
  refuses(key: string): void {
    if (this.#refusing.size >= mostPlain) this.#refusing.clear()
    this.#refusing.add(key)
  }

  isRefused(key: string): boolean {
    return this.#refusing.has(key)
  }

  /** Its settings do not offer WebSockets (RFC 8441 §3), so they are asked for in HTTP/1.1. */
  offersNoWebSockets(key: string): void {
    if (this.#withoutWebSockets.size >= mostPlain) this.#withoutWebSockets.clear()
    this.#withoutWebSockets.add(key)
  }

  mayOfferWebSockets(key: string): boolean {
    return !this.#withoutWebSockets.has(key)
  }

  /** Others wait for this answer. Returns how to tell them that nobody asks any more. */
  ask(key: string, answer: Promise<unknown>): () => void {
    const asking = Promise.withResolvers<undefined>()
    // There may be no others.
    asking.promise.catch(() => undefined)
    this.#asking.set(key, asking)
    const over = (): void => {
      if (this.#asking.get(key) === asking) this.#asking.delete(key)
      asking.resolve(undefined)
    }
    answer.then(over, (failure: unknown) => {
      asking.reject(failure)
      over()
    })
    return over
  }
}
