import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const MiB = 1024 * 1024
/** Bytes of chunks, coming or going, between two collections of what is young. */
const step = 8 * MiB
/** By so much may memory outside of the heap have grown since all of it was collected. */
const mostGrown = 24 * MiB

let collect: ((options: { type: 'minor' | 'major' }) => void) | undefined
try {
  setFlagsFromString('--expose-gc')
  collect = runInNewContext('gc') as typeof collect
} catch {
  // Then memory is what the runtime makes of it.
}

let came = 0
let went = 0
let settled = 0

/**
 * To be told of chunks that have come. Each is memory of its own, of which the runtime would let some 80 MB gather
 * before it looked, and a modifier would be ended for what it has long let go of. Collecting what is young is quick; but
 * where many flows take turns, chunks are old before they are taken, and only collecting everything lets go of them.
 */
export function chunkCame(bytes: number): void {
  came += bytes
  if (came >= step) sweep()
}

/** As `chunkCame`: a modifier may make what it was never given. */
export function chunkWent(bytes: number): void {
  went += bytes
  if (went >= step) sweep()
}

function sweep(): void {
  came = 0
  went = 0
  collect?.({ type: 'minor' })
  const held = getHeapStatistics().external_memory
  if (held > settled + mostGrown) {
    collect?.({ type: 'major' })
    settled = getHeapStatistics().external_memory
  } else settled = Math.min(settled, held)
}
