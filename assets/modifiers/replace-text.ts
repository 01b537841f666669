/** Replaces one text by another, also where it is cut into several chunks. */
import { replace } from 'spillway'

export const match: Match = { type: 'text/*' }

const find = 'foo'
const put = 'bar'

export default async function* (chunks: Chunks) {
  yield* replace(chunks, find, put)
}
