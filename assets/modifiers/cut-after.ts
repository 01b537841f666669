/** Cuts the connection after the first bytes of a body, to see how a client takes it. */
import { cutAfter } from 'spillway'

const size = '64k'

export default async function* (chunks: Chunks) {
  yield* cutAfter(chunks, size)
}
