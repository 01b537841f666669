import { expect, test } from 'vitest'
import { proseParts } from './told.ts'

test('code in a docstring is told as such, without its backticks', () => {
  const shown = (text: string): string[] => proseParts(text).map(({ text, isCode }) => (isCode ? `<${text}>` : text))
  expect(shown('Gives `chunks` in `n` parts.')).toEqual(['Gives ', '<chunks>', ' in ', '<n>', ' parts.'])
  expect(shown('`a``b`')).toEqual(['<a>', '<b>'])
  expect(shown('one ` alone')).toEqual(['one ` alone'])
  expect(shown('')).toEqual([])
})
