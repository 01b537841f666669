/** take, skip, pieces and gather. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Source } from '../source.ts'
import { Watched, all, cutAt, sameAtEveryCut, someCuts, utf8, whole } from '../testing/cuts.ts'
import { costOf } from '../testing/cost.ts'
import { testLibrary } from '../testing/host.ts'

const { take, skip, pieces, gather, lines } = testLibrary()
const bytes = fc.uint8Array({ maxLength: 40 })

describe('take and skip', () => {
  test('any items', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.anything(), { maxLength: 8 }), fc.nat(10), async (items, count) => {
        expect(await all(take(items, count))).toEqual(items.slice(0, count))
        expect(await all(skip(items, count))).toEqual(items.slice(count))
      }),
    )
  })

  test('of lines, at every cut', async () => {
    const text = 'one\ntwo\r\nthree\n'
    await sameAtEveryCut(text, (chunks) => all(take(lines(chunks), 2)), ['one', 'two'])
    await sameAtEveryCut(utf8(text), (chunks) => all(skip(lines(chunks), 2)), ['three'])
  })

  test('take ends with its last item, and closes the source', async () => {
    const source = new Watched(['a', 'b', 'c'])
    expect(await all(take(source, 2))).toEqual(['a', 'b'])
    expect(source).toMatchObject({ taken: 2, closed: true })
    const unread = new Watched(['a'])
    expect(await all(take(unread, 0))).toEqual([])
    expect(unread.taken).toBe(0)
  })

  test('skip is closed early', async () => {
    const source = new Watched(['a', 'b', 'c', 'd'])
    const made = skip(source, 2)
    expect((await made.next()).value).toBe('c')
    await made.return?.()
    expect(source).toMatchObject({ taken: 3, closed: true })
  })

  test('mistakes', () => {
    expect(() => take([], -1)).toThrow('take: the count must be a whole number from 0 on, not -1')
    expect(() => skip([], '1' as never)).toThrow('skip: the count must be a whole number from 0 on, not a string')
    expect(() => take(5 as never, 1)).toThrow(
      'take: its first argument must be chunks or another iterable, not a number',
    )
  })
})

describe('pieces and gather', () => {
  const lengths = async (chunks: AsyncIterable<Uint8Array>): Promise<number[]> =>
    (await all(chunks)).map((chunk) => chunk.length)

  test('any bytes and cuts: nothing is lost, and sizes are kept', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, someCuts, fc.integer({ min: 1, max: 12 }), async (given, where, size) => {
        const cut = cutAt(given, where)
        expect(await whole(pieces(cut, size))).toEqual(Buffer.from(given))
        for (const length of await lengths(pieces(cut, size))) expect(length).toBeLessThanOrEqual(size)
        expect(await whole(gather(cut, size))).toEqual(Buffer.from(given))
        const expected = Array.from({ length: Math.ceil(given.length / size) }, (_, index) =>
          Math.min(size, given.length - index * size),
        )
        expect(await lengths(gather(cut, size))).toEqual(expected)
      }),
    )
  })

  test('gather gives the same chunks at every cut, of text too, within its characters', async () => {
    const run = (chunks: Source): Promise<Uint8Array[]> => all(gather(chunks, 3))
    const expected = [utf8('a😀'), utf8('é')]
    for (const given of ['a😀é', utf8('a😀é')]) {
      await sameAtEveryCut(given, async (chunks) => Buffer.concat(await run(chunks)).toString(), 'a😀é')
      await sameAtEveryCut(given, async (chunks) => (await run(chunks)).map((chunk) => chunk.length), [3, 3, 1])
    }
    expect(expected.map((chunk) => chunk.length)).toEqual([5, 2])
  })

  test('pieces never wait, and keep chunks that fit as they are', async () => {
    const source = new Watched([utf8('ab'), utf8('cdefg')])
    const made = pieces(source, 4)
    expect((await made.next()).value).toEqual(utf8('ab'))
    expect(source.taken).toBe(1)
    expect(await lengths(made)).toEqual([4, 1])
    expect(source.closed).toBe(true)
  })

  test('sizes as everywhere, and their mistakes', async () => {
    expect(await lengths(pieces(['x'.repeat(2500)], '1k'))).toEqual([1024, 1024, 452])
    expect(() => pieces([], 0)).toThrow('pieces: the size must be at least one byte')
    expect(() => gather([], 'much')).toThrow(
      'gather: "much" is not a size: write a number of bytes, or text like "3m", "1.5g", "4096"',
    )
    expect(() => gather([], 1.5)).toThrow('gather: 1.5 is not a size')
    expect(() => gather([], undefined as never)).toThrow('gather: undefined is not a size')
  })

  test('gather in single bytes takes linear time, and a large size no room before it is needed', async () => {
    const byte = utf8('x')
    const cost = await costOf(async () => {
      expect(
        await lengths(
          gather(
            Array.from({ length: 300_000 }, () => byte),
            '1g',
          ),
        ),
      ).toEqual([300_000])
    })
    expect(cost).toBeLessThan(4000)
  })
})
