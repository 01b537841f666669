import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Watched, all, cutAt, everyCut, sameAtEveryCut, someCuts, utf8, wholeText } from '../testing/cuts.ts'
import { testLibrary } from '../testing/host.ts'

const { text } = testLibrary()
const joined = async (chunks: AsyncIterable<string>): Promise<string> => (await all(chunks)).join('')

describe('text', () => {
  test('any bytes and cuts: as they decode in the whole', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 30 }),
      fc
        .array(fc.constantFrom(0xef, 0xbb, 0xbf, 0xfe, 0xff, 0xf0, 0x9f, 0x98, 0x80, 0x41), { maxLength: 16 })
        .map((list) => Uint8Array.from(list)),
      fc.string({ unit: 'binary', maxLength: 20 }).map(utf8),
    )
    await fc.assert(
      fc.asyncProperty(
        bytes,
        fc.constantFrom('utf-8', 'latin1', 'utf-16le', 'shift_jis'),
        someCuts,
        async (given, label, where) => {
          const [a, b] = given
          const utf16 = a === 0xff && b === 0xfe ? 'utf-16le' : a === 0xfe && b === 0xff ? 'utf-16be' : undefined
          const marked = utf16 ?? (a === 0xef && b === 0xbb && given[2] === 0xbf ? 'utf-8' : label)
          expect(await joined(text(cutAt(given, where), label))).toBe(new TextDecoder(marked).decode(given))
        },
      ),
      { numRuns: 1000 },
    )
  })

  test('any text and cuts: the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 20 }), someCuts, async (given, where) => {
        fc.pre(!given.startsWith('\ufeff'))
        expect(await joined(text(cutAt(given, where)))).toBe(given)
      }),
    )
  })

  test.each<[name: string, bytes: number[], label: string | undefined, text: string]>([
    ['UTF-8', [0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80], undefined, 'é😀'],
    ['a byte order mark', [0xef, 0xbb, 0xbf, 0x61], undefined, 'a'],
    ['one of two', [0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf, 0x61], undefined, '\ufeffa'],
    ['one that wins over the charset', [0xef, 0xbb, 0xbf, 0xc3, 0xa9], 'latin1', 'é'],
    ['UTF-16 by its mark', [0xff, 0xfe, 0x61, 0x00, 0x3d, 0xd8, 0x00, 0xde], undefined, 'a😀'],
    ['UTF-16, big end first', [0xfe, 0xff, 0x00, 0x61], undefined, 'a'],
    ['a declared charset', [0xe9, 0x80], 'windows-1252', 'é€'],
    ['what only begins like a mark', [0xef, 0xbb], undefined, '\ufffd'],
    ['what is no UTF-8', [0x61, 0xff, 0x62], undefined, 'a\ufffdb'],
    ['a character that does not end', [0x61, 0xf0, 0x9f], undefined, 'a\ufffd'],
    ['nothing', [], undefined, ''],
  ])('%s at every cut', async (_, bytes, label, expected) => {
    await sameAtEveryCut(Uint8Array.from(bytes), (chunks) => joined(text(chunks, label)), expected)
  })

  test('a flow says its charset', async () => {
    const flow = (type: string): { response: { headers: [string, string][] } } => ({
      response: {
        headers: [
          ['Server', 'x'],
          ['content-TYPE', type],
        ],
      },
    })
    const bytes = [Uint8Array.of(0xe9)]
    expect(await joined(text(bytes, flow('text/html; charset=ISO-8859-1')))).toBe('é')
    expect(await joined(text(bytes, flow('text/html; a=b ;Charset = "latin1"')))).toBe('é')
    expect(await joined(text(bytes, flow('text/html')))).toBe('\ufffd')
    expect(await joined(text(bytes, { response: { headers: [] } }))).toBe('\ufffd')
    expect(() => text(bytes, flow('text/html; charset=x-none'))).toThrow('text: the charset "x-none" is not known')
  })

  test('text is there as soon as it can be read, and pieces are never empty', async () => {
    expect(
      await all(text([Uint8Array.of(0x61, 0xc3), new Uint8Array(0), Uint8Array.of(0xa9), '', 'b\ud83d', '\ude00'])),
    ).toEqual(['a', 'é', 'b', '😀'])
  })

  test('a text or bytes by themselves are one chunk', async () => {
    expect(await all(text('abc'))).toEqual(['abc'])
    expect(await all(text(utf8('abc') as never))).toEqual(['abc'])
  })

  test('mistakes', async () => {
    expect(() => text(null as never)).toThrow('text: its first argument must be chunks or another iterable, not null')
    expect(() => text([], 'nonsense')).toThrow(RangeError)
    expect(() => text([], 5 as never)).toThrow(
      'text: a charset must be a label like "utf-8", or the flow, not a number',
    )
    await expect(all(text([{} as never]))).rejects.toThrow(
      'text: a chunk must be bytes (Uint8Array) or text, not an object',
    )
  })

  test('lazy, and closes its source', async () => {
    const source = new Watched(['a', 'b', 'c'])
    const made = text(source)
    expect(source.taken).toBe(0)
    await made.next()
    expect(source.taken).toBe(1)
    await made.return?.()
    expect(source).toMatchObject({ taken: 1, closed: true })
    expect(await wholeText(text(everyCut('').next().value as string[]))).toBe('')
  })
})
