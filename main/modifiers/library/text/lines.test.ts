import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Watched, all, cutAt, sameAtEveryCut, someCuts, utf8 } from '../testing/cuts.ts'
import { costOf } from '../testing/cost.ts'
import { testLibrary } from '../testing/host.ts'

const { lines } = testLibrary()

/** As the promise reads: LF, CRLF and CR end a line, and what is left is one if it is not empty. */
const expectedLines = (text: string, ends: boolean): string[] =>
  Array.from(text.matchAll(/([^\r\n]*)(\r\n|\r|\n)|[^\r\n]+$/g), ([all, line, end]) =>
    ends || end === undefined ? all : (line ?? ''),
  )

describe('lines', () => {
  test('any text and cuts, in text and bytes, with ends and without', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'é', '\r', '\n', '\r\n', '😀'), maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(text, fc.boolean(), someCuts, async (given, ends, where) => {
        expect(await all(lines(cutAt(given, where), { ends }))).toEqual(expectedLines(given, ends))
        expect(await all(lines(cutAt(utf8(given), where), { ends }))).toEqual(expectedLines(given, ends))
      }),
      { numRuns: 1000 },
    )
  })

  test.each([
    ['', []],
    ['a', ['a']],
    ['a\n', ['a']],
    ['a\n\nb', ['a', '', 'b']],
    ['a\r\nb\rc\n', ['a', 'b', 'c']],
    ['\r\r\n\n', ['', '', '']],
    ['\ufeffa\nb', ['a', 'b']],
    ['a\u2028b\u0085c\vd', ['a\u2028b\u0085c\vd']],
  ])('%j at every cut', async (given, expected) => {
    await sameAtEveryCut(given, (chunks) => all(lines(chunks)), expected)
    await sameAtEveryCut(utf8(given), (chunks) => all(lines(chunks)), expected)
  })

  test('a line is there as soon as its end is, also when that is a CR', async () => {
    const source = new Watched(['one\r', '\ntwo\nth', 'ree'])
    const made = lines(source)
    expect((await made.next()).value).toBe('one')
    expect(source.taken).toBe(1)
    expect((await made.next()).value).toBe('two')
    expect(source.taken).toBe(2)
    await made.return?.()
    expect(source.closed).toBe(true)
  })

  test('a charset', async () => {
    expect(await all(lines([Uint8Array.of(0xe9, 10)], { charset: 'latin1' }))).toEqual(['é'])
  })

  test('a line that is too long is an error, not a memory', async () => {
    for (const chunks of [['12345'], ['123', '45'], ['1', '2', '3', '4', '5'], ['12345\n']]) {
      await expect(all(lines(chunks, { limit: 4 }))).rejects.toThrow(
        new RangeError('lines: a line has more than 4 characters'),
      )
    }
    expect(await all(lines(['1234\r\n', '1234'], { limit: 4 }))).toEqual(['1234', '1234'])
    await expect(all(lines(Array.from({ length: 17 }, () => 'x'.repeat(1024 ** 2))))).rejects.toThrow(
      'lines: a line has more than 16777216 characters',
    )
    expect(() => lines([], { limit: 0 })).toThrow('lines: limit must be a whole number from 1 on, not 0')
  })

  test('a long line in single bytes takes linear time', async () => {
    const byte = utf8('x')
    const cost = await costOf(async () => {
      expect(await all(lines(Array.from({ length: 300_000 }, () => byte)))).toEqual(['x'.repeat(300_000)])
    })
    expect(cost).toBeLessThan(4000)
  })
})
