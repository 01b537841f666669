/** `flows.body`: pages of a recorded body, as it was sent or decoded; and the whole of it for a file. */
import type { BodySide } from '../../../main/index.ts'
import type { FlowId } from '../../../main/model/flow.ts'
import { formatSize } from '../../../main/model/size.ts'
import type { Checked, Output } from '../../contract/contract.ts'
import { CallError } from '../../contract/wire.ts'
import { bodyBytes, readBody, recordingOf, type BodyEngine } from './body-source.ts'
import { codingsOf } from './codings.ts'
import { DecodedBodies, mostBytes, type DecodedBody } from './decoded-bodies.ts'
import { Pieces } from './pieces.ts'

export class BodyPages {
  readonly #engine: BodyEngine
  readonly #decoded: DecodedBodies

  constructor(engine: BodyEngine) {
    this.#engine = engine
    this.#decoded = new DecodedBodies(engine)
  }

  async page(
    { id, side, decoded, offset, length }: Checked<'flows.body'>,
    signal: AbortSignal,
  ): Promise<Output<'flows.body'>> {
    const message = recordingOf(this.#engine, id, side)
    if (decoded && isCoded(message.head)) {
      const { bytes, problem } = await this.#decoded.read(id, side, message, signal)
      return { bytes: bytes.read(offset, length), total: bytes.length, ...(problem !== undefined && { problem }) }
    }
    const bytes = await readBody(this.#engine, id, side, offset, length)
    return { bytes: copied(bytes), total: message.body.length }
  }

  /** All of it, in pieces. Throws what `page` throws; a decoded body that ends before its end is refused (NOT_DECODABLE). */
  async *whole(id: FlowId, side: BodySide, decoded: boolean, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const message = recordingOf(this.#engine, id, side)
    if (!decoded || !isCoded(message.head)) {
      yield* bodyBytes(this.#engine, id, side, signal)
      return
    }
    const { bytes, problem } = await this.#decoded.read(id, side, message, signal)
    if (problem !== undefined) throw new CallError({ code: 'NOT_DECODABLE', message: problem })
    yield* bytes
  }

  /**
   * A response as a modifier is given it: decoded, and in memory. Where it ends before its end, `problem` says why.
   * Rejects as `page` does.
   */
  async forModifier(id: FlowId, signal: AbortSignal): Promise<DecodedBody> {
    const message = recordingOf(this.#engine, id, 'response')
    if (isCoded(message.head)) return this.#decoded.read(id, 'response', message, signal)
    const bytes = new Pieces()
    for await (const piece of bodyBytes(this.#engine, id, 'response', signal)) {
      bytes.push(piece)
      if (bytes.length > mostBytes) return { bytes, problem: `Only its first ${formatSize(mostBytes)} are used.` }
    }
    return { bytes, problem: undefined }
  }

  /** After flows were deleted. */
  forget(): void {
    this.#decoded.clear()
  }
}

function isCoded(head: string): boolean {
  const read = codingsOf(head)
  return !read.ok || read.codings.length > 0
}

/**
 * Electron's structured clone copies the whole memory behind a view; a page must be just that. And it must be a plain
 * Uint8Array, as Buffers have no meaning in a window.
 */
const copied = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes)
