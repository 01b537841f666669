import { afterEach, beforeEach, expect, test } from 'vitest'
import { defaultSettings } from '../../main/model/settings.ts'
import { mostLetters } from './flows/flow-row.ts'
import { FeedBench } from './testing/feed-bench.ts'
import { tryRules } from './try-rules.ts'

let bench: FeedBench
beforeEach(() => (bench = new FeedBench(1000)))
afterEach(() => bench.close())

const tried = () =>
  tryRules(bench.engine, bench.feed.ids, { ...defaultSettings, caDir: '' }, new AbortController().signal)

// Fifty examples with URLs of 256 KiB made an answer of 13 MB, encoded in one go.
test('examples are bounded in letters as well; what they are examples of is counted', async () => {
  for (let n = 0; n < 60; n++) {
    const flow = bench.begin(`http://a.test/${'x'.repeat(200_000)}`)
    bench.respond(flow)
    bench.life.end(flow)
  }
  const { changed, examples } = await tried()
  expect(changed).toBe(60)
  expect(examples.length).toBeGreaterThan(1)
  expect(JSON.stringify(examples).length).toBeLessThan(mostLetters + 300_000)
})

test('of short ones there are fifty, the newest', async () => {
  bench.run(60)
  const { changed, examples } = await tried()
  expect(changed).toBe(60)
  expect(examples.map(({ id }) => id)).toEqual(Array.from({ length: 50 }, (_, index) => 60 - index))
})
