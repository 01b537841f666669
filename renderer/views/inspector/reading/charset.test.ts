import { describe, expect, test } from 'vitest'
import { charsetOf } from './charset.ts'

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
