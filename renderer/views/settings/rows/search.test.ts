import { expect, test } from 'vitest'
import { marked, matches, wordsOf } from './search.ts'
import { rows } from './table.ts'

const found = (text: string): string[] => rows.filter((row) => matches(row, wordsOf(text))).map(({ key }) => key)

test('a row is found by title, help, key, flag and example', () => {
  expect(found('larger than')).toContain('stream')
  expect(found('holdms')).toEqual(['holdMs'])
  expect(found('--stream-unknown')).toEqual(['streamUnknown'])
  expect(found('*.bank')).toEqual(['passthrough'])
  expect(found('PEM')).toContain('originCa')
  expect(found('hold  then')).toContain('streamUnknown')
  expect(found('certificates verify')).toContain('insecure')
})

test('no words find everything, foreign words nothing', () => {
  expect(found('  ')).toHaveLength(rows.length)
  expect(found('stream zebra')).toEqual([])
})

test('the pieces are the text, and the hits are marked', () => {
  expect(marked('Hold a body', ['body', 'ho'])).toEqual([
    { piece: 'Ho', hit: true },
    { piece: 'ld a ', hit: false },
    { piece: 'body', hit: true },
  ])
  expect(marked('aaa', ['aa'])).toEqual([{ piece: 'aaa', hit: true }])
  expect(marked('İ body', ['body'])).toEqual([{ piece: 'İ body', hit: false }])
})
