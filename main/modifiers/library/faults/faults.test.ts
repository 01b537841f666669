/** cutAfter and corrupt. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CutError } from '../index.ts'
import type { Source } from '../source.ts'
import { Watched, all, cutAt, sameAtEveryCut, someCuts, utf8, whole } from '../testing/cuts.ts'
import { testHost, testLibrary } from '../testing/host.ts'

const { cutAfter, corrupt } = testLibrary()

/** What came before the end, and whether that was a cut. */
async function until(items: AsyncIterable<Uint8Array>): Promise<{ bytes: string; cut: boolean }> {
  const found: Uint8Array[] = []
  try {
    for await (const item of items) found.push(item)
  } catch (error) {
    if (!(error instanceof CutError)) throw error
    return { bytes: Buffer.concat(found).toString('latin1'), cut: true }
  }
  return { bytes: Buffer.concat(found).toString('latin1'), cut: false }
}

describe('cutAfter', () => {
  test('any bytes, cuts and place', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 30 }), someCuts, fc.nat(35), async (given, where, at) => {
        const text = Buffer.from(given).toString('latin1')
        const expected = { bytes: text.slice(0, at), cut: at === 0 || at <= given.length }
        expect(await until(cutAfter(cutAt(given, where), at))).toEqual(expected)
      }),
    )
  })

  test('at every cut, within a character too', async () => {
    await sameAtEveryCut('aé😀', (chunks) => until(cutAfter(chunks, 2)), { bytes: 'a\xc3', cut: true })
  })

  test('cuts at once, without waiting for more, and lets its source go', async () => {
    const source = new Watched([utf8('abc'), utf8('def'), utf8('ghi')])
    expect(await until(cutAfter(source, 6))).toEqual({ bytes: 'abcdef', cut: true })
    expect(source).toMatchObject({ taken: 2, closed: true })
  })

  test('its error is told apart, and says where', async () => {
    const error: unknown = await all(cutAfter(['a'.repeat(2048)], '1k')).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(CutError)
    expect(error).toMatchObject({ name: 'CutError', message: 'cutAfter has cut the body after 1024 bytes' })
    expect(() => cutAfter([], '2 bananas')).toThrow('cutAfter: "2 bananas" is not a size')
  })
})

describe('corrupt', () => {
  const changed = (before: Uint8Array, after: Uint8Array): number[] =>
    Array.from(before.keys()).filter((index) => before[index] !== after[index])

  test('any bytes, cuts, distance and seed: one byte in each run, the same at every cut', async () => {
    const bytes = fc.uint8Array({ maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(
        bytes,
        someCuts,
        fc.integer({ min: 1, max: 20 }),
        fc.integer(),
        async (given, where, every, seed) => {
          const made = await whole(corrupt([given], { every, seed }))
          expect(await whole(corrupt(cutAt(given, where), { every, seed }))).toEqual(made)
          expect(made.length).toBe(given.length)
          const runs = changed(given, made).map((index) => Math.floor(index / every))
          expect(new Set(runs).size).toBe(runs.length)
          expect(runs.length).toBeGreaterThanOrEqual(Math.floor(given.length / every))
        },
      ),
    )
  })

  test('exactly the offsets that are asked for', async () => {
    const given = new Uint8Array(50)
    const run = async (chunks: Source): Promise<number[]> =>
      changed(given, await whole(corrupt(chunks, { at: [49, 3, 0, 3, 70], seed: 1 })))
    await sameAtEveryCut(given, run, [0, 3, 49])
    expect(changed(given, await whole(corrupt([given], { at: 7 })))).toEqual([7])
  })

  test('the source keeps its bytes, and chunks without damage are not copied', async () => {
    const chunks = [new Uint8Array(10), new Uint8Array(10)]
    const made = await all(corrupt(chunks, { at: 12 }))
    expect(chunks[1]).toEqual(new Uint8Array(10))
    expect(made[0]).toBe(chunks[0])
  })

  test('without a seed, chance decides; seeds differ', async () => {
    const given = new Uint8Array(5000)
    const host = { ...testHost(), random: Math.random }
    const free = await Promise.all([1, 2, 3].map(() => whole(testLibrary(host).corrupt([given]))))
    expect(new Set(free.map((bytes) => bytes.toString('hex'))).size).toBeGreaterThan(1)
    expect(changed(given, free[0]!).length).toBe(5)
    const seeded = await Promise.all([1, 2].map((seed) => whole(corrupt([given], { seed }))))
    expect(seeded[0]).not.toEqual(seeded[1])
  })

  test('mistakes', () => {
    expect(() => corrupt([], { at: 1, every: 2 })).toThrow('corrupt: give `at` or `every`, not both')
    expect(() => corrupt([], { every: 0 })).toThrow('corrupt: `every` must be a whole number from 1 on, not 0')
    expect(() => corrupt([], { at: [1, -1] })).toThrow('corrupt: `at` must be a whole number from 0 on, not -1')
    expect(() => corrupt([], { seed: 1.5 })).toThrow('corrupt: seed must be a whole number')
    // A number was taken for options without any, and one byte in a thousand damaged.
    expect(() => corrupt([], 64 as never)).toThrow(
      'corrupt: its options must be an object, as in { every: 64 }, not 64',
    )
    expect(() => corrupt([], null as never)).toThrow('corrupt: its options must be an object')
  })
})
