/** Recorded bytes, of a body or of one message of a WebSocket, pulled from the host a page at a time. Nothing is kept here. */
import { client } from '../../../../client/index.ts'
import type { Side } from '../../content/body-state.ts'

/** Of text and hex: small enough to be drawn at once. The host gives at most four of them in one answer. */
export const pageLength = 64 * 1024
const bulk = 4 * pageLength

/** Which bytes: of which flow and side, and whether with their content coding removed. A number is that of a message. */
export type Place = { id: number; side: Side | number; decoded: boolean }
export type Page = { bytes: Uint8Array; total: number; problem?: string | undefined }

/** A recorded body whose beginning is there. */
export type Body = Place & {
  first: Uint8Array
  total: number
  contentType: string | undefined
  url: string
}

const pull = ({ id, side, decoded }: Place, offset: number, length: number, signal: AbortSignal): Promise<Page> =>
  typeof side === 'number'
    ? client.call('flows.message', { id, number: side, offset, length }, signal)
    : client.call('flows.body', { id, side, decoded, offset, length }, signal)

export const readPage = (place: Place, offset: number, signal: AbortSignal): Promise<Page> =>
  pull(place, offset, pageLength, signal)

/** Some bytes of a body, fewer where it ends; `length`: at most what the host gives in one answer. */
export type ReadBytes = (offset: number, length: number, signal: AbortSignal) => Promise<Uint8Array>

export const bytesOf =
  (place: Place): ReadBytes =>
  async (offset, length, signal) =>
    (await pull(place, offset, length, signal)).bytes

/** From the beginning to the end, or to `limit`; gives each piece as it comes. */
export async function* readPieces(
  place: Place,
  signal: AbortSignal,
  limit = Number.MAX_SAFE_INTEGER,
): AsyncGenerator<Uint8Array<ArrayBuffer>, undefined> {
  for (let offset = 0; offset < limit;) {
    const length = Math.min(bulk, limit - offset)
    const { bytes, total } = await pull(place, offset, length, signal)
    // A copy: over a WebSocket the bytes are a view into the whole message.
    if (bytes.length > 0) yield new Uint8Array(bytes)
    offset += bytes.length
    if (bytes.length === 0 || offset >= total) return
  }
}

export async function readAll(place: Place, signal: AbortSignal, limit?: number): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array<ArrayBuffer>[] = []
  for await (const piece of readPieces(place, signal, limit)) pieces.push(piece)
  return joined(pieces)
}

export function joined(pieces: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const [only] = pieces
  if (only && pieces.length === 1) return only
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}

/** The whole as text; for bodies that are small enough to be held as a text. */
export async function readText(place: Place, encoding: string, signal: AbortSignal): Promise<string> {
  const decoder = new TextDecoder(encoding)
  let text = ''
  for await (const piece of readPieces(place, signal)) text += decoder.decode(piece, { stream: true })
  return text + decoder.decode()
}
