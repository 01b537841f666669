import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Bytes of chunks between two collections. */
const step = 8 * 1024 * 1024

let collect: ((options: { type: 'minor' }) => void) | undefined
try {
  setFlagsFromString('--expose-gc')
  collect = runInNewContext('gc') as typeof collect
} catch {
  // Then memory is what the runtime makes of it.
}

let left = step

/**
 * To be told of chunks as they come and go. Each is memory of its own, of which the runtime would let some 80 MB gather
 * before it looked, and a modifier would be ended for what it has long let go of. Collecting what is young is quick.
 */
export function passed(bytes: number): void {
  left -= bytes
  if (left > 0) return
  left = step
  collect?.({ type: 'minor' })
}
