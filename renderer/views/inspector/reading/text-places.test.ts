import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesFor, lineFeeds, pageCount, textPage, type Places, type TextPage } from './text-places.ts'

// Where a page began was known only when the one before had been read: of 600,000 lines the End key, pressed twelve
// times, reached line 16,861.

const placed = (body: Uint8Array, encoding = 'utf-8', length = 64, reach = 16): Places => ({
  ...{ total: body.length, encoding, length, reach },
})

function pageAlone(places: Places, index: number, body: Uint8Array): TextPage {
  const { offset, length } = bytesFor(places, index, index)
  return textPage(places, index, body.subarray(offset, offset + length), offset)
}

const utf16 = (text: string, little: boolean): Uint8Array => {
  const bytes = Buffer.from(text, 'utf16le')
  return little ? bytes : bytes.swap16()
}

const pieces = fc.array(fc.constantFrom('a', 'word ', '\n', '\r\n', 'ü', '€', '🌊', 'a long line of letters '), {
  maxLength: 120,
})

describe('pages, each read alone and in any order', () => {
  test.each(['utf-8', 'utf-16le', 'utf-16be'])('are the text, %s', (encoding) => {
    fc.assert(
      fc.property(pieces, (words) => {
        const text = words.join('')
        const body = encoding === 'utf-8' ? Buffer.from(text) : utf16(text, encoding === 'utf-16le')
        const places = placed(body, encoding)
        const all = Array.from({ length: pageCount(places) }, (_, index) => pageAlone(places, index, body))
        expect(all.map((page) => page.text).join('')).toBe(text)
        let lines = 0
        for (const [index, { text: own, startsLine, skipped }] of all.entries()) {
          // What is known of a page alone agrees with all that is before it.
          const before = all
            .slice(0, index)
            .map((page) => page.text)
            .join('')
          if (own !== '' && startsLine) expect(before === '' || before.endsWith('\n')).toBe(true)
          if (own !== '') expect(lines + skipped).toBe(before.split('\n').length - 1)
          lines += lineFeeds(body.subarray(index * places.length, (index + 1) * places.length), encoding)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('several read at once are the same', () => {
    const body = Buffer.from('line one\nline zwölf 🌊\n'.repeat(20))
    const places = placed(body)
    const { offset, length } = bytesFor(places, 1, 3)
    for (const index of [1, 2, 3]) {
      expect(textPage(places, index, body.subarray(offset, offset + length), offset)).toEqual(
        pageAlone(places, index, body),
      )
    }
  })

  const joined = (bytes: Uint8Array, encoding: string): string => {
    const places = placed(bytes, encoding)
    return Array.from({ length: pageCount(places) }, (_, index) => pageAlone(places, index, bytes).text).join('')
  }
  test('with a byte order mark, which is not text; one in the middle is', () => {
    const text = 'ab\n'.repeat(50) + '\ufeffc'
    expect(joined(Buffer.from(`\ufeff${text}`), 'utf-8')).toBe(text)
  })
  test('Shift JIS by lines', () => {
    const line = Uint8Array.of(0x90, 0x85, 0x82, 0xcd, 0x0a) // 水は
    expect(joined(Buffer.concat(Array.from({ length: 60 }, () => line)), 'shift_jis')).toBe('水は\n'.repeat(60))
  })

  test('a body that is no text of its encoding is all there', () => {
    const body = Uint8Array.from({ length: 300 }, () => 0x80)
    expect(joined(body, 'utf-8')).toBe('\ufffd'.repeat(300))
  })
})
