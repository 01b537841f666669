import { setImmediate, setTimeout } from 'node:timers/promises'

/** So many turns are looked at one by one; what takes longer waits for others, who need the processor more. */
const mostTurns = 100

/** Waits for what will become true by itself; whether it did within so many milliseconds. */
export async function within(ms: number, fits: () => boolean): Promise<boolean> {
  const deadline = performance.now() + ms
  for (let turn = 0; !fits(); turn++) {
    if (performance.now() > deadline) return false
    await (turn < mostTurns ? setImmediate() : setTimeout(1))
  }
  return true
}

/** Waits for what will become true by itself. After twenty seconds it never will. */
export async function eventually(fits: () => boolean): Promise<void> {
  if (!(await within(20_000, fits))) throw new Error(`never became true: ${fits.toString()}`)
}
