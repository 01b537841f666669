import type { MessageInflater } from '../inflater.ts'

/** `cut`: there is more than was asked for. `failure`: why there is no more than `bytes`; a sentence without its end. */
export type Inflated = { bytes: Buffer; cut: boolean; failure: string | undefined }

/** The next message, up to `limit` bytes of it, in one step or in pieces as its size has it. */
export async function inflateWhole(
  inflater: MessageInflater,
  payload: Uint8Array,
  limit = Infinity,
): Promise<Inflated> {
  const atOnce = inflater.inflateAtOnce(payload)
  const kept: Buffer[] = atOnce ? [atOnce] : []
  let failure: string | undefined
  if (!atOnce) {
    const inflation = inflater.begin((bytes) => void kept.push(bytes))
    for (let at = 0; at < payload.length; at += 50_000) await inflation.push(payload.subarray(at, at + 50_000))
    failure = await inflation.end()
  }
  const bytes = Buffer.concat(kept)
  return { bytes: bytes.subarray(0, limit), cut: bytes.length > limit, failure }
}
