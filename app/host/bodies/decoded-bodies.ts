/**
 * Bodies with their content codings removed. A codec cannot begin in the middle, so a body is decoded as a whole, and
 * the last two are kept, as a window reads them in pages. Bounded: 64 MiB of each, two decodings at a time.
 */
import type { BodySide } from '../../../main/index.ts'
import type { FlowId } from '../../../main/model/flow.ts'
import { formatSize } from '../../../main/model/size.ts'
import { CallError } from '../../contract/wire.ts'
import { bodyBytes, type BodyEngine, type Recording } from './body-source.ts'
import { codingsOf, decoded, TooLarge, type Coding } from './codings.ts'
import { Pieces } from './pieces.ts'
import { Turns } from './turns.ts'

/** Of one body in memory. */
export const mostBytes = 64 * 1024 * 1024
const mostKept = 2
/** Nobody has asked for so long: they are given up. */
const keptMs = 60_000

/** `problem`: why it ends before its end; a sentence. */
export type DecodedBody = { bytes: Pieces; problem: string | undefined }

type Entry = { body: Promise<DecodedBody>; waiting: number; done: boolean; abandon: AbortController }

export class DecodedBodies {
  readonly #engine: BodyEngine
  readonly #most: number
  readonly #kept = new Map<string, Entry>()
  readonly #turns = new Turns(2)
  #idle: NodeJS.Timeout | undefined

  /** `most`: bytes decoded of one body. */
  constructor(engine: BodyEngine, most = mostBytes) {
    this.#engine = engine
    this.#most = most
  }

  /**
   * `message`: of a flow that is there, with something recorded. Rejects with CallError: NOT_DECODABLE when nothing comes
   * out, CANCELLED when the signal says so. Decoding ends when nobody waits for it any more.
   */
  async read(id: FlowId, side: BodySide, message: Recording, signal: AbortSignal): Promise<DecodedBody> {
    const read = codingsOf(message.head)
    if (!read.ok) throw new CallError({ code: 'NOT_DECODABLE', message: read.message })
    const key = `${id} ${side}`
    const entry = this.#kept.get(key) ?? this.#begin(key, id, side, message, read.codings)
    // The one asked for last is kept longest.
    this.#kept.delete(key)
    this.#kept.set(key, entry)
    entry.waiting++
    try {
      return await unlessAborted(entry.body, signal)
    } finally {
      entry.waiting--
      this.#restartIdle()
      if (entry.waiting === 0 && !entry.done) {
        this.#forget(key, entry)
        entry.abandon.abort()
      }
    }
  }

  /** Flows were deleted: what was decoded of them goes too. */
  clear(): void {
    this.#kept.clear()
    clearTimeout(this.#idle)
    this.#idle = undefined
  }

  #restartIdle(): void {
    if (this.#idle) this.#idle.refresh()
    else this.#idle = setTimeout(() => this.clear(), keptMs).unref()
  }

  #begin(key: string, id: FlowId, side: BodySide, message: Recording, codings: readonly Coding[]): Entry {
    const abandon = new AbortController()
    const body = this.#turns.run(() => this.#decode(id, side, message, codings, abandon.signal))
    const entry: Entry = { body, waiting: 0, done: false, abandon }
    body.then(
      () => (entry.done = true),
      () => {
        entry.done = true
        this.#forget(key, entry)
      },
    )
    this.#kept.set(key, entry)
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= mostKept) break
      this.#kept.delete(oldest)
    }
    return entry
  }

  #forget(key: string, entry: Entry): void {
    if (this.#kept.get(key) === entry) this.#kept.delete(key)
  }

  async #decode(
    id: FlowId,
    side: BodySide,
    message: Recording,
    codings: readonly Coding[],
    signal: AbortSignal,
  ): Promise<DecodedBody> {
    const bytes = new Pieces()
    let problem: string | undefined
    try {
      for await (const chunk of decoded(bodyBytes(this.#engine, id, side, signal), codings, this.#most)) {
        signal.throwIfAborted()
        bytes.push(chunk)
      }
    } catch (error) {
      problem = problemOf(error, message, this.#most)
      if (problem === undefined) throw error
      if (bytes.length === 0 && !(error instanceof TooLarge)) {
        throw new CallError({ code: 'NOT_DECODABLE', message: problem }, { cause: error })
      }
    }
    return { bytes, problem }
  }
}

/** In a sentence; undefined: nothing about the bytes. */
export function problemOf(error: unknown, { head, body }: Recording, most: number): string | undefined {
  if (error instanceof TooLarge) {
    return `Only the first ${formatSize(most)} are decoded. The rest can be read as it was sent, encoded.`
  }
  if (!(error instanceof Error) || !('code' in error) || !isZlibCode(error.code)) return undefined
  const codings = codingsOf(head)
  const names = codings.ok ? codings.codings.join(', ') : ''
  if (body.state === 'complete')
    return `The body is not what its content coding (${names}) says: it is broken here, or cut.`
  return `Only the beginning of the body is recorded, so it cannot be decoded (${names}) beyond this point.`
}

const isZlibCode = (code: unknown): boolean => typeof code === 'string' && /^(Z_|ZSTD_|ERR__|ERR_BROTLI)/.test(code)

/** Rejects at once with the signal; what goes on is somebody else's. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  let stop: (() => void) | undefined
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error)
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    if (stop) signal.removeEventListener('abort', stop)
  }
}
