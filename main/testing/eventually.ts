import { setImmediate } from 'node:timers/promises'

/** Waits for what will become true by itself, turn by turn of the event loop. After twenty seconds it never will. */
export async function eventually(fits: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000
  while (!fits()) {
    if (performance.now() > deadline) throw new Error(`never became true: ${fits.toString()}`)
    await setImmediate()
  }
}
