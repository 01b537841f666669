/** Cuts the connection after the first bytes of a body, to see how a client takes it. */
import { cutAfter } from 'spillway'

const size = '4k'

export default async function* (chunks: Chunks) {
  yield* cutAfter(chunks, size)
}
