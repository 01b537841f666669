import { constants, inflateRawSync } from 'node:zlib'
import { deflateTail, MessageInflation } from './inflation.ts'

/** The longest way back that a sender may point (RFC 1951 §2): longer than agreed does no harm. */
const windowSize = 32 * 1024
/** Smaller messages are inflated at once: a thread would take three times as long. At most a millisecond. */
const atOnce = { payload: 16 * 1024, output: 256 * 1024 } as const

/** Why it fails then; a sentence without its end. */
export const lostContext = 'a compressed message before it is not known, and this one may refer to it'

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
   * The next compressed message in one step, of a millisecond at most. Undefined: it is too large for that, or damaged, or
   * one before it is not known; then begin() has it.
   */
  inflateAtOnce(payload: Uint8Array): Buffer | undefined {
    if (this.#lost || payload.length > atOnce.payload) return undefined
    try {
      const input = Buffer.concat([payload, deflateTail])
      const bytes = inflateRawSync(input, { ...this.#options, maxOutputLength: atOnce.output })
      this.#remember(bytes)
      return bytes
    } catch {
      return undefined
    }
  }

  /**
   * The next compressed message, of which the payload is given piece by piece, so that nothing has to be in memory whole.
   * `take` gets what comes out, lent. What is damaged is a failure, and with context takeover so are all that follow.
   */
  begin(take: (bytes: Buffer) => void): MessageInflation {
    const inflation = new MessageInflation(this.#options, {
      take: (bytes) => {
        this.#remember(bytes)
        take(bytes)
      },
      failed: () => this.skip(),
    })
    if (this.#lost) inflation.giveUp(lostContext)
    return inflation
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
