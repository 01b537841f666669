import { describe, expect, test, vi } from 'vitest'
import { CallError } from '../../../../../app/contract/wire.ts'
import { pageCount, type Places } from '../../reading/text-places.ts'
import { allSoFar, Finder, type FindSource } from './finder.ts'
import { marksIn, searchPages, type PageMatch } from './in-pages.ts'

// In a text that was shown in pages nothing could be found: Ctrl+F put what was typed into the filter of the list.

const text = Array.from({ length: 300 }, (_, line) => `line ${line} ${line % 3 === 0 ? 'Fisch' : 'Fleisch'}\n`).join('')

function inPages(whole: string) {
  const body = Buffer.from(whole)
  const places: Places = { total: body.length, encoding: 'utf-8', length: 128, reach: 32 }
  const read = (offset: number, length: number) => Promise.resolve(body.subarray(offset, offset + length))
  const search = (query: string) => searchPages(places, read, query, new AbortController().signal)
  return { places, search }
}

async function all(batches: AsyncIterable<readonly PageMatch[]>): Promise<PageMatch[]> {
  const matches: PageMatch[] = []
  for await (const batch of batches) matches.push(...batch)
  return matches
}

describe('a search over pages', () => {
  test('finds what is there, in any case, as it is typed', async () => {
    const { search } = inPages(text)
    expect(await all(search('fisch'))).toHaveLength(100)
    expect(await all(search('line 29'))).toHaveLength(11)
    expect(await all(search('.'))).toHaveLength(0)
    expect(await all(search('$(['))).toHaveLength(0)
  })

  test('finds what lies in two pages of a long line once, and marks both parts', async () => {
    const { search, places } = inPages('abcdefghij'.repeat(200))
    const matches = await all(search('hija'))
    expect(matches).toHaveLength(199)
    const across = matches.filter(({ rest }) => rest > 0)
    expect(across.length).toBeGreaterThan(0)
    const marked = Array.from({ length: pageCount(places) }, (_, page) => marksIn(matches, page, matches[0])).flat()
    expect(marked.reduce((sum, { from, to }) => sum + to - from, 0)).toBe(
      199 * 4 + across.reduce((sum, { rest }) => sum + rest, 0),
    )
    expect(marked.filter(({ current }) => current)).toEqual([{ from: 7, to: 11, current: true }])
  })
})

/** Matches are numbers; the place that is looked at is before number `place`. */
function finderOf(
  batches: (query: string, signal: AbortSignal) => AsyncIterable<number[] | typeof allSoFar>,
  place = 0,
) {
  const shown: number[] = []
  const source: FindSource<number> = {
    search: batches,
    isBefore: (match) => match < place,
    show: (match) => shown.push(match),
  }
  return { finder: new Finder(source), shown }
}

async function* given(...batches: number[][]) {
  for (const batch of batches) {
    await Promise.resolve()
    yield batch
  }
}
const done = (finder: Finder<number>) => expect.poll(() => finder.found.state).not.toBe('searching')

describe('a finder', () => {
  test('goes to the first match behind the place, and steps round', async () => {
    const { finder, shown } = finderOf(() => given([1, 2], [], [3, 4]), 3)
    finder.find('x')
    await done(finder)
    expect(finder.found).toMatchObject({ count: 4, current: 3, state: 'done' })
    finder.step(1)
    finder.step(1)
    finder.step(-1)
    finder.step(-1)
    expect(shown).toEqual([3, 4, 1, 4, 3])
  })

  test('goes to the first of all when every match is before the place', async () => {
    const { finder, shown } = finderOf(() => given([1], [2]), 9)
    finder.find('x')
    await done(finder)
    expect(shown).toEqual([1])
  })

  test('gives up what is not wanted any more', async () => {
    const signals: AbortSignal[] = []
    const { finder } = finderOf(async function* (query, signal) {
      signals.push(signal)
      yield query === 'a' ? [1] : [2, 3]
      if (query === 'a') await new Promise((resolve) => signal.addEventListener('abort', resolve))
      yield [9]
    })
    finder.find('a')
    await expect.poll(() => finder.found.count).toBe(1)
    expect(finder.found.state).toBe('searching')
    finder.find('b')
    await done(finder)
    expect([signals[0]?.aborted, finder.matches]).toEqual([true, [2, 3, 9]])
    finder.find('')
    expect(finder.found).toMatchObject({ count: 0, current: undefined, state: 'done' })
  })

  test('does not search while somebody types, unless Enter is pressed', () => {
    vi.useFakeTimers()
    try {
      const asked: string[] = []
      const { finder } = finderOf((query) => {
        asked.push(query)
        return given([1])
      })
      for (const query of ['f', 'fi', 'fis']) finder.find(query)
      expect(asked).toEqual([])
      finder.step(1)
      vi.advanceTimersByTime(1000)
      expect(asked).toEqual(['fis'])
    } finally {
      vi.useRealTimers()
    }
  })

  test('is done when all there is was searched, and counts what comes behind it', async () => {
    let more = (): void => undefined
    const come = new Promise<void>((resolve) => (more = resolve))
    const { finder, shown } = finderOf(async function* (): AsyncGenerator<number[] | typeof allSoFar> {
      yield [1]
      yield allSoFar
      await come
      yield [2, 3]
      yield allSoFar
      await new Promise(() => undefined)
    }, 9)
    finder.find('x')
    await done(finder)
    // All are before the place that is looked at.
    expect(finder.found).toMatchObject({ count: 1, current: 1, state: 'done' })
    more()
    await expect.poll(() => finder.found.count).toBe(3)
    expect([finder.found.state, finder.found.current, shown]).toEqual(['done', 1, [1]])
    finder.close()
  })

  test('is bounded, and says why it could not go on', async () => {
    const many = Array.from({ length: 60_000 }, (_, index) => index)
    const full = finderOf(() => given(many, many, many))
    full.finder.find('x')
    await done(full.finder)
    expect(full.finder.found).toMatchObject({ count: 100_000, state: 'more' })
    const broken = finderOf(async function* () {
      yield [1]
      await Promise.reject(new CallError({ code: 'GONE', message: 'It is gone.' }))
    })
    broken.finder.find('x')
    await done(broken.finder)
    expect(broken.finder.found).toMatchObject({ count: 1, fault: 'It is gone.' })
  })
})
