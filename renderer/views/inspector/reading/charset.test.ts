import { describe, expect, test } from 'vitest'
import { charsetOf, decodeText, textCut } from './charset.ts'

const none = new Uint8Array()

describe('which charset', () => {
  test.each([
    [undefined, 'utf-8'],
    ['text/plain', 'utf-8'],
    ['text/html; charset=ISO-8859-1', 'windows-1252'],
    ['text/html;CHARSET="shift_jis"; x=y', 'shift_jis'],
    ['text/html; charset=utf8', 'utf-8'],
  ])('%s is %s', (type, encoding) => expect(charsetOf(type, none)).toEqual({ encoding, problem: undefined }))

  test('an unknown one is said, and read as UTF-8', () => {
    expect(charsetOf('text/plain; charset=klingon', none)).toEqual({
      encoding: 'utf-8',
      problem: 'The charset "klingon" is not known; read as UTF-8.',
    })
  })

  test('a byte order mark wins', () => {
    expect(charsetOf('text/plain; charset=utf-8', Uint8Array.of(0xff, 0xfe, 0x41, 0)).encoding).toBe('utf-16le')
  })
})

/** As the window does it: page after page from wherever the one before ended. */
function inPages(bytes: Uint8Array, encoding: string, size: number): string {
  let text = ''
  for (let at = 0; at < bytes.length;) {
    const page = bytes.subarray(at, at + size)
    const cut = textCut(page, encoding, at + size >= bytes.length)
    expect(cut).toBeGreaterThan(0)
    text += decodeText(page.subarray(0, cut), encoding, at === 0)
    at += cut
  }
  return text
}

describe('pages decode to the same text as the whole', () => {
  const text = 'Grüße an alle,\n水は下へ流れる。🌊🌊\r\n\n' + 'lange Zeile ohne Ende 🌊'.repeat(20)
  const utf16be = Buffer.from(text, 'utf16le').swap16()
  test.each([
    ['utf-8', Buffer.from(text)],
    ['utf-16le', Buffer.from(text, 'utf16le')],
    ['utf-16be', utf16be],
  ])('%s at every page size', (encoding, bytes) => {
    for (let size = 6; size < 80; size++) expect(inPages(bytes, encoding, size)).toBe(text)
  })

  test('with a byte order mark, which is not text; one in the middle is', () => {
    expect(inPages(Buffer.from('\ufeffab\ufeffc'), 'utf-8', 8)).toBe('ab\ufeffc')
  })

  test('Shift JIS by lines', () => {
    const line = Uint8Array.of(0x90, 0x85, 0x82, 0xcd, 0x0a) // 水は
    const bytes = Buffer.concat([line, line, line])
    for (let size = 5; size < 15; size++) expect(inPages(bytes, 'shift_jis', size)).toBe('水は\n水は\n水は\n')
  })

  test('what is no UTF-8 is read without an error and without an end', () => {
    expect(inPages(new Uint8Array(100).fill(0x80), 'utf-8', 16)).toBe('\ufffd'.repeat(100))
    expect(inPages(new Uint8Array(10).fill(0xf0), 'utf-8', 4)).toContain('\ufffd')
  })
})
