import { AwakeClock } from '../main/proxy/awake.ts'

const lookMs = 50

/**
 * Rejects, naming what was waited for, when it takes longer: nothing here may hang. Time in which this process did not
 * run is not counted, as on a machine that is busy everything takes longer.
 */
export async function within<T>(ms: number, promise: Promise<T>, what: string): Promise<T> {
  const clock = new AwakeClock(lookMs)
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setInterval(() => {
      if (clock.look() >= ms) reject(new Error(`${what} did not come within ${ms} ms`))
    }, lookMs)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearInterval(timer)
  }
}
