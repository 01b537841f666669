import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rowStarts, rowText, rowWith } from './row-starts.ts'

const rows = (text: string, columns: number): string[] => {
  const starts = rowStarts(text, columns)
  return starts.map((_, row) => rowText(text, starts, row))
}

test('lines are rows, and long ones are broken, after a space where there is one near', () => {
  expect(rows('', 10)).toEqual([])
  expect(rows('a\n\r\nb\r\n', 10)).toEqual(['a', '', 'b'])
  expect(rows('0123456789', 10)).toEqual(['0123456789'])
  expect(rows('0123456789a', 10)).toEqual(['0123456789', 'a'])
  expect(rows('the quick brown fox', 10)).toEqual(['the quick ', 'brown fox'])
  expect(rows('a veryveryverylongword', 10)).toEqual(['a veryvery', 'verylongwo', 'rd'])
})

test('wide characters, tabs and marks count as they are drawn, and none is cut in two', () => {
  expect(rows('漢字漢字', 4)).toEqual(['漢字', '漢字'])
  expect(rows('🌊🌊🌊', 4)).toEqual(['🌊🌊', '🌊'])
  expect(rows('a\tb', 8)).toEqual(['a\t', 'b'])
  expect(rows('e\u0301'.repeat(3), 3)).toEqual(['e\u0301e\u0301e\u0301'])
})

test('nothing is lost, and a row is found by any of its characters', () => {
  const words = fc.array(fc.constantFrom('a', ' ', '\n', '\r\n', '\t', '漢', '🌊', 'word'), { maxLength: 60 })
  fc.assert(
    fc.property(words, fc.integer({ min: 1, max: 12 }), (parts, columns) => {
      const text = parts.join('')
      const starts = rowStarts(text, columns)
      expect(starts.map((start, row) => text.slice(start, starts[row + 1])).join('')).toBe(text)
      for (let row = 1; row < starts.length; row++) expect(starts[row]).toBeGreaterThan(starts[row - 1]!)
      for (let at = 0; at < text.length; at++) {
        const row = rowWith(starts, at)
        expect(at >= starts[row]! && at < (starts[row + 1] ?? text.length)).toBe(true)
      }
    }),
    { numRuns: 500 },
  )
})

test('a page that is one line takes a step per character', () => {
  const starts = rowStarts('x'.repeat(64 * 1024), 80)
  expect(starts).toHaveLength(Math.ceil((64 * 1024) / 80))
})
