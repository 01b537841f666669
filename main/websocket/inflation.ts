import { createInflateRaw, type InflateRaw, type ZlibOptions } from 'node:zlib'

/** RFC 7692 §7.2.2: what a sender takes off the end of each message. */
export const deflateTail = Buffer.from([0, 0, 0xff, 0xff])

/** What comes out at once: a step for whoever takes it, while others wait. */
const chunkSize = 64 * 1024

type Taker = {
  /** Lent. */
  take(bytes: Buffer): void
  /** It is damaged, or was given up: what refers to it cannot be inflated. Once at most. */
  failed(): void
}

/** One compressed message on its way, inflated in a thread: neither it nor what comes of it is in memory whole. */
export class MessageInflation {
  readonly #inflate: InflateRaw
  readonly #taker: Taker
  #failure: string | undefined
  /** It has ended, by itself or not: what is pushed changes nothing. */
  #over = false
  #settle: () => void = () => undefined

  constructor(options: ZlibOptions, taker: Taker) {
    this.#taker = taker
    this.#inflate = createInflateRaw({ ...options, chunkSize })
    this.#inflate.on('data', (bytes: Buffer) => taker.take(bytes))
    this.#inflate.on('end', () => this.#end(undefined))
    this.#inflate.on('error', (error) => this.#end(`it is not valid deflate data (${error.message})`))
  }

  /** More of the payload; resolves when all that comes of it has been taken. One at a time. Never rejects. */
  push(payload: Uint8Array): Promise<void> {
    return this.#step((done) => this.#inflate.write(payload, done))
  }

  /** That was all of it. Resolves with why it is damaged; a sentence without its end. */
  async end(): Promise<string | undefined> {
    await this.#step(() => this.#inflate.end(deflateTail))
    return this.#failure
  }

  /** The rest of it is not there, or nobody waits for it any more. */
  giveUp(why = 'it was given up'): void {
    if (this.#over) return
    this.#end(why)
    this.#inflate.destroy()
  }

  #step(begin: (done: () => void) => void): Promise<void> {
    if (this.#over) return Promise.resolve()
    return new Promise((resolve) => {
      this.#settle = resolve
      begin(resolve)
    })
  }

  #end(failure: string | undefined): void {
    if (this.#over) return
    this.#over = true
    this.#failure = failure
    if (failure !== undefined) this.#taker.failed()
    this.#settle()
  }
}
