import { expect, test } from 'vitest'
import { Bench, MiB, pump, sampleFlow, Sink } from './testing/bench.ts'

const identity = `export default async function* (chunks) {
  for await (const chunk of chunks) yield chunk
}`

// What it must reach is measured by the bench on a quiet machine; here it is shown, and must not be another order.
test.each([
  [64 * 1024, 400],
  [1024, 60],
])('an identity modifier of chunks of %d bytes', { timeout: 60_000 }, async (size, least) => {
  await using bench = await Bench.open()
  // Chunks that have passed are no memory of the modifier: far more of them pass than it may keep.
  bench.limits = { memory: 80 * MiB, hangMs: 5000 }
  const modifier = await bench.one(identity)
  let best = 0
  for (let round = 0; round < 3; round++) {
    const sink = new Sink({ keep: false })
    const stage = modifier.open(sampleFlow(), sink)
    const count = Math.round((size === 1024 ? 30e6 : 150e6) / size)
    const began = performance.now()
    await pump(stage, sink, Buffer.alloc(size, 7), count)
    stage.end()
    await sink.over
    expect(sink).toMatchObject({ failure: undefined, bytes: count * size, count })
    best = Math.max(best, (count * size) / (performance.now() - began) / 1000)
  }
  process.stderr.write(
    `identity, ${size} bytes: ${Math.round(best)} MB/s ${JSON.stringify(bench.set.states()[0]!.stats)}\n`,
  )
  expect(best).toBeGreaterThan(least / 4)
})
