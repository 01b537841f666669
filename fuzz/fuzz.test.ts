/** Every fuzzer for a moment, with the same seed each time; and that they would find something. */
import { describe, expect, test } from 'vitest'
import { readCorpus } from './corpus.ts'
import { fuzz } from './loop.ts'
import { minimise } from './minimise.ts'
import { Broken, type Target } from './target.ts'
import { targets } from './targets/index.ts'

/** As often as it takes to try the corpus and some of its children. */
const mutants = 150

describe.each(targets)('$name', (target) => {
  test('its corpus, and inputs made of it, break nothing', async () => {
    const corpus = readCorpus(target.name)
    let left = corpus.length + target.seeds.length + mutants
    const report = await fuzz(target, { seed: 1, corpus, done: () => --left < 0 })
    expect(report.finding).toBeUndefined()
    // Inputs that are all of one kind would test one thing.
    expect(report.kinds).toBeGreaterThan(5)
  })
})

/** A parser with a bug: it cannot bear two quotes with a full stop behind them. */
const buggy: Target = {
  name: 'buggy',
  seeds: [Buffer.from('some words. "quoted". And more of them, so that there is something to leave out.')],
  words: ['"', '.', '".'],
  most: 1000,
  check: (input) => {
    const text = input.toString('latin1')
    if (text.includes('""') && text.indexOf('.', text.indexOf('""')) !== -1) throw new Broken('no quote behind a quote')
    return text.includes('""') ? 'two' : 'other'
  },
}

test('what breaks a promise is found, and told in as few bytes as it takes', async () => {
  let left = 20_000
  const { finding } = await fuzz(buggy, { seed: 1, corpus: [], done: () => --left < 0 })
  expect(finding?.promise).toBe('no quote behind a quote')
  const smallest = await minimise(buggy, finding!, 5000)
  expect(smallest.input.toString('latin1')).toBe('"".')
})

test('what throws, and what takes too long, is found as well', async () => {
  const none = { seed: 1, corpus: [], done: () => true }
  const throwing: Target = { ...buggy, check: () => JSON.stringify((undefined as unknown as { x: number }).x) }
  expect((await fuzz(throwing, none)).finding?.promise).toMatch(/^throws TypeError/)
  // It is slow whenever it is asked.
  let now = 0
  const clock = performance.now.bind(performance)
  performance.now = () => (now += 1500)
  try {
    expect((await fuzz(buggy, none)).finding?.promise).toBe('slow')
  } finally {
    performance.now = clock
  }
})
