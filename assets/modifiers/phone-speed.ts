/** Lets a response flow no faster than over a slow phone connection. */
import { delay, throttle } from 'spillway'

const latency = 300 // milliseconds before the first byte
const speed = '50k/s' // about 400 kbit/s

export default async function* (chunks: Chunks) {
  await delay(latency)
  yield* throttle(chunks, speed)
}
