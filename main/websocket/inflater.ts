import { constants, createInflateRaw, inflateRawSync } from 'node:zlib'

export type Inflated = {
  bytes: Buffer
  /** There is more than was asked for. */
  cut: boolean
  /** Why the payload cannot be inflated, or not beyond `bytes`; a sentence without its end. */
  failure: string | undefined
}

/** RFC 7692 §7.2.2: what a sender takes off the end of each message. */
const tail = Buffer.from([0, 0, 0xff, 0xff])
/** The longest way back that a sender may point (RFC 1951 §2): longer than agreed does no harm. */
const windowSize = 32 * 1024
/** Smaller messages are inflated at once: a thread would take three times as long. At most a millisecond. */
const atOnce = { payload: 16 * 1024, output: 256 * 1024 } as const

const lostContext = 'a compressed message before it is not known, and this one may refer to it'

/**
 * Inflates the compressed messages of one direction (RFC 7692 §7.2.2). With context takeover each may refer to the last
 * 32 KiB of those before it, so they have to come in order, all of them; it goes on from where it was, whenever that is.
 * Without, each stands for itself. One call at a time.
 */
export class MessageInflater {
  readonly #takeover: boolean
  /** The last bytes that came out. */
  #window: Buffer = Buffer.alloc(0)
  #lost = false

  /** `takeover`: not agreed away for this direction (RFC 7692 §7.1.1). */
  constructor(takeover: boolean) {
    this.#takeover = takeover
  }

  /** With context takeover: nothing that comes can be inflated any more. */
  get lost(): boolean {
    return this.#lost
  }

  /**
   * The next compressed message: up to `limit` bytes of it, however many there are. Never rejects; what is damaged is a
   * failure, and with context takeover so are all that follow.
   */
  async inflate(payload: Uint8Array, limit: number): Promise<Inflated> {
    if (this.#lost) return { bytes: Buffer.alloc(0), cut: false, failure: lostContext }
    const input = Buffer.concat([payload, tail])
    const inflated = this.#inflateAtOnce(input, limit) ?? (await this.#inflateBeside(input, limit))
    if (inflated.failure !== undefined) this.skip()
    return inflated
  }

  /** Another one that goes on from here by itself; costs next to nothing. */
  fork(): MessageInflater {
    const copy = new MessageInflater(this.#takeover)
    // A window is never written to.
    copy.#window = this.#window
    copy.#lost = this.#lost
    return copy
  }

  /** The next compressed message is not there to be inflated, e.g. as not all of it was recorded. */
  skip(): void {
    this.#lost ||= this.#takeover
  }

  /** Undefined: it is too large, or damaged, so that what can be had of it has to be had piece by piece. */
  #inflateAtOnce(input: Buffer, limit: number): Inflated | undefined {
    if (input.length > atOnce.payload) return undefined
    try {
      const options = { ...this.#options, maxOutputLength: Math.min(Math.max(1, limit), atOnce.output) }
      const bytes = inflateRawSync(input, options)
      this.#remember(bytes)
      return bytes.length > limit
        ? { bytes: bytes.subarray(0, limit), cut: true, failure: undefined }
        : { bytes, cut: false, failure: undefined }
    } catch {
      return undefined
    }
  }

  #inflateBeside(input: Buffer, limit: number): Promise<Inflated> {
    const inflate = createInflateRaw({ ...this.#options, chunkSize: 64 * 1024 })
    const kept: Buffer[] = []
    let left = limit
    let cut = false
    inflate.on('data', (bytes: Buffer) => {
      this.#remember(bytes)
      cut ||= bytes.length > left
      if (left > 0) kept.push(bytes.subarray(0, left))
      left -= Math.min(left, bytes.length)
    })
    return new Promise((resolve) => {
      const done = (failure: string | undefined): void => resolve({ bytes: Buffer.concat(kept), cut, failure })
      inflate.on('end', () => done(undefined))
      inflate.on('error', (error) => done(`it is not valid deflate data (${error.message})`))
      inflate.end(input)
    })
  }

  get #options() {
    // A message need not end a deflate stream: it ends where its bytes do.
    const options = { finishFlush: constants.Z_SYNC_FLUSH }
    return this.#window.length > 0 ? { ...options, dictionary: this.#window } : options
  }

  #remember(bytes: Buffer): void {
    if (!this.#takeover || bytes.length === 0) return
    this.#window =
      bytes.length >= windowSize
        ? Buffer.from(bytes.subarray(bytes.length - windowSize))
        : Buffer.concat([this.#window.subarray(Math.max(0, this.#window.length + bytes.length - windowSize)), bytes])
  }
}
