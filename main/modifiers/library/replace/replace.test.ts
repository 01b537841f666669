/** replace, as modifiers call it: text, bytes and regular expressions over text and bytes that are cut anywhere. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Chunk } from '../source.ts'
import { all, cutAt, everyCut, sameAtEveryCut, someCuts, utf8, whole, wholeText } from '../testing/cuts.ts'
import { costOf } from '../testing/cost.ts'
import { testLibrary } from '../testing/host.ts'

const { replace, text } = testLibrary()

/** Few characters, so that needles are found; some of several bytes, and halves of pairs. */
const units = fc.constantFrom('a', 'a', 'b', '$', '\n', 'é', '漢', '😀')
const body = fc.string({ unit: units, maxLength: 40 })
const needle = fc.string({ unit: units, minLength: 1, maxLength: 4 })
const replacement = fc.string({ unit: fc.constantFrom('x', '$', '&', '1', '<', '>', 'é'), maxLength: 6 })

describe('a text', () => {
  test('any body, needle, replacement and cuts, in bytes and in text: as replaceAll does in the whole', async () => {
    await fc.assert(
      fc.asyncProperty(body, needle, replacement, someCuts, async (given, what, by, where) => {
        const expected = given.replaceAll(what, by)
        expect(await wholeText(replace(cutAt(given, where), what, by))).toBe(expected)
        expect(await wholeText(replace(cutAt(utf8(given), where), what, by))).toBe(expected)
      }),
      { numRuns: 1000 },
    )
  })

  test.each([
    ['foo bar foo', 'foo', 'baz', 'baz bar baz'],
    ['aaaaa', 'aa', 'b', 'bba'],
    ['ababac', 'abac', '!', 'ab!'],
    ['漢字漢', '漢', '', '字'],
    ['😀😀', '😀', ':)', ':):)'],
    ['nothing here', 'foo', 'bar', 'nothing here'],
    ['', 'a', 'b', ''],
  ])('%j, %j by %j at every cut', async (given, what, by, expected) => {
    const run = (chunks: Iterable<Chunk>): Promise<string> => wholeText(replace(chunks, what, by))
    await sameAtEveryCut(given, (chunks) => run(chunks as Iterable<Chunk>), expected)
    await sameAtEveryCut(utf8(given), (chunks) => run(chunks as Iterable<Chunk>), expected)
  })

  test('bytes and text may take turns, in the middle of an occurrence and of a character', async () => {
    await fc.assert(
      fc.asyncProperty(
        body,
        needle,
        someCuts,
        fc.array(fc.boolean(), { minLength: 9 }),
        async (given, what, where, kinds) => {
          const chunks = cutAt(utf8(given), where).map((bytes, index) => {
            const asText = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
            return kinds[index] && !asText.includes('\ufffd') ? asText : bytes
          })
          expect(await wholeText(replace(chunks, what, '<$&>'))).toBe(given.replaceAll(what, '<$&>'))
        },
      ),
      { numRuns: 500 },
    )
  })

  test('text stays text and bytes stay bytes', async () => {
    expect(await all(replace(['a', 'b'], 'a', 'x'))).toEqual(['x', 'b'])
    expect(await all(replace([utf8('a'), utf8('b')], 'a', 'x'))).toEqual([utf8('x'), utf8('b')])
    expect(await all(replace(['a', 'b'], /a/g, 'x'))).toEqual(['x', 'b'])
    expect(await all(replace([utf8('a'), utf8('b')], /a/g, 'x'))).toEqual([utf8('x'), utf8('b')])
  })

  test('what is not replaced is passed on as it came: no UTF-8, half a pair, a byte order mark', async () => {
    const bytes = Uint8Array.of(0xef, 0xbb, 0xbf, 0xff, 0x61, 0xe2, 0x82, 0x80, 0xc0, 0xaf, 0x61, 0xf0, 0x9f)
    const expected = Buffer.from(bytes.map((byte) => (byte === 0x61 ? 0x62 : byte)))
    for (const chunks of everyCut(bytes)) {
      expect(await whole(replace(chunks, 'a', 'b'))).toEqual(expected)
      expect(await whole(replace(chunks, /a/g, 'b'))).toEqual(expected)
    }
    expect(await all(replace(['x\ud83d', '\ude00'], 'y', ''))).toEqual(['x', '😀'])
    expect(await all(replace(['\ud83d'], 'y', ''))).toEqual(['\ud83d'])
  })

  test('an untouched chunk is not copied, and one chunk makes at most one', async () => {
    const chunks = [utf8('some text'), utf8('foo, foo and foo.')]
    const out = await all(replace(chunks, 'foo', 'bar'))
    expect(out[0]).toBe(chunks[0])
    expect(out).toEqual([chunks[0], utf8('bar, bar and bar.')])
  })

  test('nothing is held but what may be the beginning of the needle', async () => {
    const out = await all(replace(['abcab', 'x', 'abca', 'bcd', 'abc'], 'abcabcd', '!'))
    expect(out).toEqual(['abcabx', '!', 'abc'])
    expect(await all(replace(['a', 'b', 'a', 'b', 'a', 'c'], 'abac', '!'))).toEqual(['ab', '!'])
  })

  test('a function is asked each time, and told where', async () => {
    const seen: [string, number][] = []
    const count = (match: string, offset: number): string => `${seen.push([match, offset])}`
    expect(await wholeText(replace(['xfo', 'o foo'], 'foo', count))).toBe('x1 2')
    expect(seen).toEqual([
      ['foo', 1],
      ['foo', 5],
    ])
  })
})

describe('bytes', () => {
  test('any body, needle and cuts', async () => {
    const bytes = fc.array(fc.constantFrom(0, 1, 255), { maxLength: 40 }).map((list) => Buffer.from(list))
    const few = fc.array(fc.constantFrom(0, 1, 255), { minLength: 1, maxLength: 3 }).map((list) => Buffer.from(list))
    await fc.assert(
      fc.asyncProperty(bytes, few, few, someCuts, async (given, what, by, where) => {
        const expected = given.toString('latin1').replaceAll(what.toString('latin1'), () => by.toString('latin1'))
        const made = await whole(
          replace(cutAt(Uint8Array.from(given), where), Uint8Array.from(what), Uint8Array.from(by)),
        )
        expect(made.toString('latin1')).toBe(expected)
      }),
      { numRuns: 500 },
    )
  })

  test('a text replaces them as it is, and they replace a text', async () => {
    expect(await whole(replace([utf8('a-b')], utf8('-'), '$&'))).toEqual(Buffer.from('a$&b'))
    expect(await whole(replace(['a-b'], '-', Uint8Array.of(0, 255)))).toEqual(Buffer.from([0x61, 0, 255, 0x62]))
  })
})

describe('a regular expression', () => {
  const iban = /(?<land>[A-Z]{2})\d{2}( ?)(\d{4})(?:\2\d{4})*/g
  const given = 'to DE12 3456 7890 and FR761234, not Xy12 é😀 DE99 0000\n'

  test.each([
    [iban, '[$<land>…$3$$]'],
    [iban, '<$&|$1|$2|$4>'],
    [/\bnot\b.*$/gm, ''],
    [/^/gm, '> '],
    [/(?<=\d)\s/g, '_'],
    [/é(?=.D)|[😀]/gu, '?'],
    [/\d/, '#'],
  ])('%s by %j at every cut, in text and in bytes', async (pattern, by) => {
    const expected = given.replace(pattern, by)
    const run = (chunks: Iterable<Chunk>): Promise<string> => wholeText(replace(chunks, pattern, by))
    await sameAtEveryCut(given, (chunks) => run(chunks as Iterable<Chunk>), expected)
    await sameAtEveryCut(utf8(given), (chunks) => run(chunks as Iterable<Chunk>), expected)
  })

  // Without the flag u a match may begin between the halves of a character, and the first half went out alone.
  test.each([/.b/g, /[^"]a/g, /(^|[^a-z])foo/gi, /[\s\S]?b/g, /.(?=a)/g, /(?<=.)b/g, /.b/gu])(
    '%s over characters beyond the first plane, at every cut',
    async (pattern) => {
      for (const given of ['x😀y', 'hi 😀 there foo', '😀b😀a', 'a😀😀']) {
        const run = (chunks: Iterable<Chunk>): Promise<string> => wholeText(replace(chunks, pattern, '<$&>'))
        const expected = Buffer.from(given.replace(pattern, '<$&>')).toString()
        await sameAtEveryCut(
          given,
          async (chunks) => Buffer.from(await run(chunks as Iterable<Chunk>)).toString(),
          expected,
        )
        await sameAtEveryCut(utf8(given), (chunks) => run(chunks as Iterable<Chunk>), expected)
      }
      for (const chunks of [
        ['x😀', 'y'],
        [utf8('x😀'), utf8('y')],
      ]) {
        for (const chunk of await all(replace(chunks, pattern, ''))) expect(chunk).not.toEqual(utf8('\ud83d'))
      }
    },
  )

  test('a function gets match, groups, offset and named groups', async () => {
    const seen: unknown[][] = []
    const collect = (...given: unknown[]): string => {
      seen.push(given)
      return ''
    }
    await all(replace(['a=1,', 'b=2'], /(\w)=(?<value>\d)(x)?/g, collect as (...match: never[]) => string))
    expect(seen).toEqual([
      ['a=1', 'a', '1', undefined, 0, { value: '1' }],
      ['b=2', 'b', '2', undefined, 4, { value: '2' }],
    ])
  })

  test('the pattern given is left as it is', async () => {
    const pattern = /a/g
    pattern.lastIndex = 7
    expect(await wholeText(replace(['aaa'], pattern, 'b'))).toBe('bbb')
    expect(pattern.lastIndex).toBe(7)
  })

  test('a byte order mark is no part of the text', async () => {
    await sameAtEveryCut(utf8('\ufeffab'), (chunks) => wholeText(replace(chunks, /^a/g, 'x')), '\ufeffxb')
  })

  test('what cannot become a match goes out at once, what may be one waits', async () => {
    const chunks = ['data: "Ada Love', 'lace" said "A', 'da', '"\n']
    expect(await all(replace(chunks, /"[^"]*"/g, '""'))).toEqual(['data: ', '"" said ', '""\n'])
  })
})

describe('mistakes are told where replace is called', () => {
  test.each<[sentence: string, run: () => unknown]>([
    ['replace: the pattern is empty, so it is everywhere', () => replace([''], '', 'a')],
    [
      'replace: its first argument must be chunks or another iterable, not undefined',
      () => replace(undefined as never, 'a', 'b'),
    ],
    [
      'replace: the pattern must be text, a regular expression or bytes, not a number',
      () => replace([''], 1 as never, 'b'),
    ],
    [
      'replace: the replacement must be text, bytes or a function, not undefined',
      () => replace([''], 'a', undefined as never),
    ],
    [
      'replace: "$`" needs the whole text, which a stream does not have; write "$$`" for it',
      () => replace([''], 'a', '$`'),
    ],
    ['replace: a sticky pattern (flag y) has no place to stick to in a stream', () => replace([''], /a/y, '')],
    ['replace: `within` must be a whole number from 1 on, not 0', () => replace([''], /a/, '', { within: 0 })],
  ])('%s', (sentence, run) => {
    expect(run).toThrow(sentence)
  })

  test('and what a function answers or a source gives, when it happens', async () => {
    await expect(all(replace(['a'], 'a', (() => undefined) as never))).rejects.toThrow(
      'replace: the replacement function must return text, not undefined',
    )
    await expect(all(replace(['a'], /a/, (() => Promise.resolve('')) as never))).rejects.toThrow('not a promise')
    await expect(all(replace([7 as never], 'a', 'b'))).rejects.toThrow(
      'replace: a chunk must be bytes (Uint8Array) or text, not a number',
    )
  })
})

describe('cost', () => {
  const elapsed = async (chunks: Iterable<Uint8Array | string>, what: string | RegExp): Promise<number> => {
    let length = 0
    const cost = await costOf(async () => {
      for await (const chunk of replace(chunks, what, 'x')) length += chunk.length
    })
    expect(length).toBeGreaterThan(0)
    return cost
  }
  function* times<T>(chunk: T, count: number): Generator<T, void, undefined> {
    for (let turn = 0; turn < count; turn++) yield chunk
  }
  const prose = 'It was the best of times, it was the worst of times. '.repeat(1236).slice(0, 65_536)

  test.each(['worst', 'e', 'nowhere'])('10 MB in pieces of 64 KB: %j', async (what) => {
    expect(await elapsed(times(utf8(prose), 160), what)).toBeLessThan(4000)
    expect(await elapsed(times(prose, 160), what)).toBeLessThan(4000)
  })

  test('byte by byte, and where every byte could begin the needle', async () => {
    expect(await elapsed(times(utf8('a'), 300_000), 'aaab')).toBeLessThan(4000)
    expect(await elapsed(times(utf8('a'.repeat(65_536)), 160), `${'a'.repeat(1000)}b`)).toBeLessThan(4000)
    expect(await elapsed(times('a'.repeat(65_536), 160), `b${'a'.repeat(1000)}`)).toBeLessThan(4000)
  })

  test('bytes that are no UTF-8, with a regular expression', async () => {
    expect(await elapsed(times(new Uint8Array(65_536).fill(0xff), 16), /a/g)).toBeLessThan(3000)
  })
})

test('lazy, and closes its source when it is ended early', async () => {
  const chunks = text(['ab', 'ab'])
  const made = replace(chunks, 'a', 'x')
  expect(await made.next()).toEqual({ done: false, value: 'xb' })
  await made.return()
  expect(await chunks.next()).toEqual({ done: true, value: undefined })
})
