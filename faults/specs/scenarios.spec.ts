/** The quick form of `npm run soak`: some scenarios of each way, the same each time; and that they would find something. */
import { expect, test } from 'vitest'
import { MemoryLevel } from '../memory-level.ts'
import { playRound } from '../round.ts'
import { faults, phases, scenarioOf, ways } from '../scenario.ts'

/** Enough for every way, fault and phase; the test below counts. */
const seeds = Array.from({ length: 160 }, (_, index) => index)

/** What has found something once. */
const found = [
  // A client of HTTP/2 reset while a write to it was under way: its socket stayed, as node:http2 waited for the write.
  45_102,
  // A client of HTTP/2 left in the moment of a write, which failed inside TLS where nobody looks: its flow ran for ever.
  2_857_553,
  // The wire itself: an end came before the bytes that stood still in front of it.
  15_604,
]

test(
  'whatever breaks, each flow ends once, nobody hangs, others are served, and nothing is left behind',
  { timeout: 120_000 },
  async () => {
    const level = new MemoryLevel()
    // Code is loaded, and caches are what they become.
    await playRound({ seeds: seeds.slice(0, 16), beside: 8 })
    await level.check()
    const kinds = await playRound({ seeds: [...seeds, ...found], beside: 8 })
    await level.check()
    // Ends that are all of one kind would test one thing.
    expect(kinds.size).toBeGreaterThan(40)
  },
)

test('all ways, faults and phases are among them, and a seed is all it takes to play one again', () => {
  const all = seeds.map(scenarioOf)
  expect(new Set(all.map(({ way }) => way))).toEqual(new Set(ways))
  expect(new Set(all.map(({ fault }) => fault))).toEqual(new Set(faults))
  expect(new Set(all.map(({ phase }) => phase))).toEqual(new Set(phases))
  expect(seeds.map(scenarioOf)).toEqual(all)
})
