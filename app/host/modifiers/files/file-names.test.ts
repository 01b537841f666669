import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { freeName, isModifierName, parseName, sameName } from './file-names.ts'

const odd = [
  'a',
  'B',
  '7',
  ' ',
  '.',
  '..',
  '/',
  '\\',
  ':',
  '-',
  '\0',
  '\u0308',
  'ß',
  '数',
  '👩',
  '\ud800',
  'con',
  '.ts',
  '.js',
  '.d',
]

describe('a name', () => {
  test.each([
    ['count bytes.ts', 'count bytes.ts'],
    ['Count-Bytes_2.js', 'Count-Bytes_2.js'],
    ['  drop events ', 'drop events.ts'],
    ['v1.2', 'v1.2.ts'],
    ['größe', 'größe.ts'],
    ['gro\u0308ße.ts', 'größe.ts'],
    ['数える.ts', '数える.ts'],
    ['👩‍🚒.js', '👩‍🚒.js'],
    ['console.ts', 'console.ts'],
    ['com10.ts', 'com10.ts'],
  ])('%j is %j', (text, value) => expect(parseName(text)).toEqual({ ok: true, value }))

  test.each([
    ['', 'is not a name'],
    ['   ', 'is not a name'],
    ['../evil.ts', 'on every system'],
    ['a/b.ts', 'on every system'],
    ['a\\b.ts', 'on every system'],
    ['C:x.ts', 'on every system'],
    ['x.ts:stream.ts', 'on every system'],
    ['a\0.ts', 'on every system'],
    ['a\n.ts', 'on every system'],
    ['a\ud800.ts', 'on every system'],
    // Shown as "exe.js" in a list.
    ['a\u202esj.exe.ts', 'on every system'],
    ['what?.ts', 'on every system'],
    ['.ts', 'must not begin'],
    ['..ts', 'must not begin'],
    ['.hidden.ts', 'must not begin'],
    ['a .ts', 'must not begin or end'],
    ['a..ts', 'must not begin or end'],
    ['..', 'must not begin'],
    ['types.d.ts', '.ts or .js'],
    ['view.tsx', '.ts or .js'],
    ['module.mjs', '.ts or .js'],
    ['con', 'device'],
    ['NUL.ts', 'device'],
    ['com1.backup.js', 'device'],
    ['LPT¹.ts', 'device'],
    ['aux .x.ts', 'device'],
    [`${'a'.repeat(98)}.ts`, 'longer'],
    [`${'数'.repeat(70)}.ts`, 'longer'],
  ])('%j is refused with a sentence', (text, why) => {
    const parsed = parseName(text)
    expect(parsed.ok ? parsed.value : parsed.message).toContain(why)
    expect(parsed.ok ? '' : parsed.message).toMatch(/^".*" [^"]*.*\.$/su)
  })

  test('whatever is accepted is one file in a folder, and is accepted as it is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...odd), { maxLength: 12 }).map((parts) => parts.join('')),
        (text) => {
          const parsed = parseName(text)
          if (!parsed.ok) return
          expect(parsed.value).not.toMatch(/[\\/\0]|^\.{1,2}$/)
          expect(isModifierName(parsed.value)).toBe(true)
          expect(parseName(parsed.value)).toEqual(parsed)
        },
      ),
    )
  })
})

describe('a name that is taken', () => {
  test.each([
    [[], 'a.ts'],
    [['b.ts'], 'a.ts'],
    [['a.ts'], 'a-2.ts'],
    [['A.TS', 'a-2.ts'], 'a-3.ts'],
    [['a.js'], 'a.ts'],
  ])('among %j is %s', (taken, free) => expect(freeName('a.ts', taken)).toBe(free))

  test('has room for its number', () => {
    const long = `${'👩'.repeat(48)}.ts`
    const free = freeName(long, [long])
    expect(free).toMatch(/^(?:👩)+-2\.ts$/u)
    expect(isModifierName(free)).toBe(true)
  })
})

test('systems that fold letters see one name', () => {
  expect(sameName('Größe.ts', 'gro\u0308ße.TS')).toBe(true)
  expect(sameName('a.ts', 'a.js')).toBe(false)
})
