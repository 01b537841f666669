import { SearchQuery } from '@codemirror/search'
import { EditorSelection, Text } from '@codemirror/state'
import { expect, test } from 'vitest'
import { currentOf, matchesOf } from './matches.ts'

const doc = Text.of(['foo Foo', 'food foo'])
const found = (search: string, more = {}): readonly number[] =>
  matchesOf(new SearchQuery({ search, ...more }), doc).from

test('what is found is counted, in the way it is looked for', () => {
  expect(found('foo')).toEqual([0, 4, 8, 13])
  expect(found('foo', { caseSensitive: true })).toEqual([0, 8, 13])
  expect(found('foo', { wholeWord: true })).toEqual([0, 4, 13])
  expect(found('fo+d', { regexp: true })).toEqual([8])
  expect(found('')).toEqual([])
  expect(found('(', { regexp: true })).toEqual([])
})

test('the selected one is told by its number', () => {
  const matches = matchesOf(new SearchQuery({ search: 'foo' }), doc)
  const at = (from: number, to: number) => currentOf(matches, { selection: EditorSelection.single(from, to) })
  expect([at(8, 11), at(11, 8), at(8, 10), at(0, 0)]).toEqual([3, 3, undefined, undefined])
})

test('there is a bound', () => {
  const { from, more } = matchesOf(new SearchQuery({ search: 'a' }), Text.of(['a'.repeat(6000)]))
  expect([from.length, more]).toEqual([5000, true])
})
