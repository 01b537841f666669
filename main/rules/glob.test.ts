import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matchesGlob } from './glob.ts'

test.each([
  ['', '', true],
  ['', 'a', false],
  ['*', '', true],
  ['*', 'anything', true],
  ['**', 'a', true],
  ['a', 'a', true],
  ['a', 'b', false],
  ['a', 'ab', false],
  ['a*', 'a', true],
  ['a*', 'abc', true],
  ['*c', 'abc', true],
  ['*c', 'abcd', false],
  ['a*c', 'abbc', true],
  ['a*c', 'ac', true],
  ['a*c', 'a', false],
  ['*b*', 'abc', true],
  ['*a*b', 'xaxbxab', true],
  ['*a*b', 'xaxbxa', false],
  ['*.example', 'a.example', true],
  ['*.example', 'example', false],
  ['/v1/*?stream=true', '/v1/chat?stream=true', true],
  ['a.c', 'abc', false],
  ['(a|b)+', 'a', false],
  ['?', 'a', false],
])('%j on %j: %s', (pattern, text, matches) => {
  expect(matchesGlob(pattern, text)).toBe(matches)
})

test('says what a regular expression would say', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 })
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 })
  fc.assert(
    fc.property(pattern, letters, (glob, text) => {
      expect(matchesGlob(glob, text)).toBe(new RegExp(`^${glob.replaceAll('*', '.*')}$`).test(text))
    }),
    { numRuns: 2000 },
  )
})

test('a hostile pattern takes pattern × text steps, not for ever', () => {
  expect(matchesGlob('*a'.repeat(200) + 'b', 'a'.repeat(20_000))).toBe(false)
})
