import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutAt, everyCut, someCuts, utf8 } from '../testing/cuts.ts'
import { testHost } from '../testing/host.ts'
import { ExactUtf8 } from './exact-utf8.ts'

function through(pieces: readonly Uint8Array[]): { text: string; bytes: Buffer } {
  const codec = new ExactUtf8(testHost())
  const texts = [...pieces.map((piece) => codec.decode(piece)), codec.end()]
  return { text: texts.join(''), bytes: Buffer.concat(texts.map((text) => codec.encode(text))) }
}

/** Bytes that come near to characters. */
const odd = fc.constantFrom(
  0x41,
  0x7f,
  0x80,
  0xbf,
  0xc0,
  0xc2,
  0xe0,
  0xa0,
  0x9f,
  0xed,
  0xef,
  0xbd,
  0xf0,
  0x90,
  0xf4,
  0x8f,
  0xf5,
  0xff,
)
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 24 }),
  fc.array(odd, { maxLength: 24 }).map((list) => Uint8Array.from(list)),
)

test('any bytes and cuts come back as they were, and are the same text', () => {
  fc.assert(
    fc.property(bytes, someCuts, (given, where) => {
      const { text, bytes } = through(cutAt(given, where))
      expect(bytes).toEqual(Buffer.from(given))
      expect(text).toBe(through([given]).text)
    }),
    { numRuns: 1000 },
  )
})

test('what is UTF-8 is the text it says, and a text with odd bytes is it but for them', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 20 }), someCuts, (given, where) => {
      expect(through(cutAt(utf8(given), where)).text).toBe(given)
    }),
  )
  fc.assert(
    fc.property(bytes, (given) => {
      const valid = new TextDecoder('utf-8', { ignoreBOM: true })
      const escaped = through([given]).text.replace(/[\udc80-\udcff]/gu, '\ufffd')
      // The decoder makes one U+FFFD of several bytes.
      expect(escaped.replace(/\ufffd+/g, '\ufffd')).toBe(valid.decode(given).replace(/\ufffd+/g, '\ufffd'))
    }),
    { numRuns: 1000 },
  )
})

test('U+FFFD itself, at every cut', () => {
  for (const pieces of everyCut(utf8('a\ufffdb'))) expect(through(pieces as Uint8Array[]).text).toBe('a\ufffdb')
})
