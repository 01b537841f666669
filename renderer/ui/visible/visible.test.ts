import { describe, expect, test } from 'vitest'
import { piecesOf, readable, written } from './visible.ts'

describe('characters that would not be seen', () => {
  test('plain text is one piece, however long', () => {
    const text = 'a\tb\n'.repeat(100_000)
    expect(piecesOf(text, { lines: 'kept' })).toEqual([{ text, hidden: false }])
    expect(piecesOf('', { lines: 'kept' })).toEqual([])
  })

  test('controls and bidirectional marks are marked, each with its name', () => {
    expect(piecesOf('a\u202eb\x1b[2J', { lines: 'kept' })).toEqual([
      { text: 'a', hidden: false },
      { text: '‹U+202E›', hidden: true, name: 'U+202E right-to-left override' },
      { text: 'b', hidden: false },
      { text: '‹ESC›', hidden: true, name: 'U+001B escape' },
      { text: '[2J', hidden: false },
    ])
  })

  test('CRLF stays a line break, a lone CR is marked', () => {
    expect(written('a\r\nb\rc', 'kept')).toBe('a\r\nb‹CR›c')
  })

  test('on one line, line breaks and tabs are marked too', () => {
    expect(written('a\r\nb\tc', 'marked')).toBe('a‹CR›‹LF›b‹TAB›c')
    expect(piecesOf('a\nb', { lines: 'marked' })).toHaveLength(3)
  })

  test('letters of all scripts and emoji stay themselves', () => {
    const text = 'Grüße, 水, مرحبا, 🌊'
    expect(piecesOf(text, { lines: 'marked' })).toEqual([{ text, hidden: false }])
  })

  test('a lone surrogate and what is beyond the basic plane are named by code point', () => {
    expect(written('\ud800x', 'kept')).toBe('‹U+D800›x')
    expect(written('\u{e0041}', 'kept')).toBe('‹U+E0041›')
  })

  test('many marks become one text: pieces stay bounded', () => {
    const pieces = piecesOf('\0'.repeat(65_536), { lines: 'kept' })
    expect(pieces).toEqual([{ text: '‹NUL›'.repeat(65_536), hidden: false }])
  })
})

describe('fields beyond ASCII', () => {
  const latin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')
  test('UTF-8 is read as such', () => expect(readable(latin1('naïve 水'))).toBe('naïve 水'))
  test('anything else stays latin1', () => expect(readable('caf\xe9')).toBe('caf\xe9'))
})
