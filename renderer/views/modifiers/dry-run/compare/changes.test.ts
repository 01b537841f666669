import fc from 'fast-check'
import { expect, test } from 'vitest'
import { changesBetween, fromFirstChange, type Span } from './changes.ts'

const marked = (spans: readonly Span[]): string =>
  spans.map(({ text, changed }) => (changed ? `[${text}]` : text)).join('')

test.each([
  ['written by Ada Lovelace', 'written by [name]', 'written by [Ada Lovelace]', 'written by [[name]]'],
  ['a', 'a', 'a', 'a'],
  ['', 'new', '', '[new]'],
  ['one two three', 'one three', 'one [two ]three', 'one three'],
  ['foo and foo', 'bar and bar', '[foo] and [foo]', '[bar] and [bar]'],
])('%j becomes %j', (before, after, markedBefore, markedAfter) => {
  const changes = changesBetween(before, after)
  expect([marked(changes.before), marked(changes.after)]).toEqual([markedBefore, markedAfter])
})

test('the spans are the texts, and what is not marked is the same in both', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', ' ', '.', 'é', '\n', 'word'), { maxLength: 60 })
    .map((all) => all.join(''))
  fc.assert(
    fc.property(text, text, (before, after) => {
      const changes = changesBetween(before, after)
      const whole = (spans: readonly Span[]): string => spans.map(({ text }) => text).join('')
      const kept = (spans: readonly Span[]): string => whole(spans.filter(({ changed }) => !changed))
      expect([whole(changes.before), whole(changes.after)]).toEqual([before, after])
      expect(kept(changes.before)).toBe(kept(changes.after))
    }),
  )
})

test('texts of any length are compared in bounded time', () => {
  const long = (word: string): string => `head ${`${word} `.repeat(20_000)}tail`
  const { after } = changesBetween(long('a'), long('b'))
  expect(after.map(({ changed }) => changed)).toEqual([false, true, false])
})

test('a line without room begins a little before the first change', () => {
  const spans = [
    { text: 'x'.repeat(500), changed: false },
    { text: 'new', changed: true },
    { text: ' rest', changed: false },
  ]
  expect(marked(fromFirstChange(spans, 80))).toBe(`…${'x'.repeat(26)}[new] rest`)
  expect(fromFirstChange(spans.slice(1), 80)).toEqual(spans.slice(1))
})
