import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TextSearch } from './text-search.ts'

const inPieces = (bytes: Buffer, size: number, text: string, skip = 0): boolean => {
  const take = new TextSearch(text).begin(skip)
  let found = false
  for (let at = 0; at < bytes.length; at += size) found = take(bytes.subarray(at, at + size)) || found
  return found
}

test('what is there is found, in any case and however it is cut, and nothing else', () => {
  const letters = fc.string({
    unit: fc.constantFrom('a', 'A', 'ß', 'ẞ', 'ü', 'Ü', '🌊', '𐐀', '𐐨', '.', ' '),
    maxLength: 30,
  })
  fc.assert(
    fc.property(letters, letters, letters, fc.integer({ min: 1, max: 9 }), (before, text, behind, size) => {
      if (text === '') return
      const upper = text.replaceAll('a', 'A').replaceAll('ü', 'Ü').replaceAll('𐐨', '𐐀')
      expect(inPieces(Buffer.from(before + upper + behind), size, text)).toBe(true)
      expect(inPieces(Buffer.from(before + behind), size, `${text}#`)).toBe(false)
    }),
  )
})

test('text is no pattern, bytes that are none are passed over, and a close code is not looked into', () => {
  expect(inPieces(Buffer.from('axb'), 1, 'a.b')).toBe(false)
  expect(inPieces(Buffer.from('\x00\xff\x80fish\xff', 'latin1'), 2, 'FISH')).toBe(true)
  const close = Buffer.from('\x41\x42done', 'latin1')
  expect([inPieces(close, 1, 'AB', 2), inPieces(close, 1, 'done', 2)]).toEqual([false, true])
})
