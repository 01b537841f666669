import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Watched, all, cutAt, sameAtEveryCut, someCuts, utf8 } from '../testing/cuts.ts'
import { testLibrary } from '../testing/host.ts'

const { json, lines } = testLibrary()

describe('json', () => {
  test('any values, written and cut, are read back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue()), someCuts, async (values, where) => {
        const written = (await all(json.lines(values))).join('')
        expect(written).toBe(values.map((value) => json.line(value)).join(''))
        const plain = values.map((value) => JSON.parse(JSON.stringify(value)) as unknown)
        expect(await all(json(cutAt(utf8(written), where)))).toEqual(plain)
        expect(await all(json(lines(cutAt(written, where))))).toEqual(plain)
      }),
      { numRuns: 300 },
    )
  })

  test('bytes are cut anywhere; texts are lines, with their ends or without', async () => {
    const given = utf8('{"a":"é"}\r\n\n \t\n[1]\r2')
    await sameAtEveryCut(given, (chunks) => all(json(chunks)), [{ a: 'é' }, [1], 2])
    expect(await all(json(['1', '2\n', '3\r\n', '4\n5']))).toEqual([1, 2, 3, 4, 5])
  })

  test('a value is there as soon as its line has ended', async () => {
    const source = new Watched(['1\n', '2\n'])
    const made = json(source)
    expect((await made.next()).value).toBe(1)
    expect(source.taken).toBe(1)
    await made.return()
    expect(source.closed).toBe(true)
  })

  test('a line that is no JSON', async () => {
    const given = ['1', '', '{oops', '3']
    await expect(all(json(given))).rejects.toThrow(/^json: line 3 is no JSON \(.+\): \{oops$/)
    await expect(all(json([`"${'x'.repeat(500)}`]))).rejects.toThrow(/^json: line 1 .{0,200}: "x{79}…$/)
    expect(await all(json(given, { bad: 'skip' }))).toEqual([1, 3])
    const kept = await all(json(given, { bad: 'keep' }))
    expect(kept).toEqual([1, { text: '{oops', number: 3 }, 3])
    expect(kept.map((value) => json.line(value)).join('')).toBe('1\n{oops\n3\n')
    expect(() => json([], { bad: 'x' as never })).toThrow('json: `bad` must be "throw", "skip" or "keep"')
  })

  test('what cannot be written', () => {
    expect(() => json.line(undefined)).toThrow('json.line: undefined cannot be written as JSON')
    expect(() => json.line(() => 1)).toThrow('json.line: a function cannot be written as JSON')
    expect(() => json.lines(5 as never)).toThrow(
      'json.lines: its first argument must be chunks or another iterable, not a number',
    )
  })
})
