import { expect, test } from 'vitest'
import { defaultWireLimits, parseRequestHead, parseResponseHead, type Fields } from './index.ts'

function fields(lines: string): Fields {
  return parseRequestHead(`GET / HTTP/1.1\r\n${lines}`, defaultWireLimits).fields
}

test('fields are found in any case, in wire order', () => {
  const found = fields('Accept: a\r\nx: 1\r\naccept: b\r\nACCEPT:\r\n')
  expect(found.length).toBe(4)
  expect([0, 1, 2, 3, 4].map((index) => found.start(index))).toEqual([16, 27, 33, 44, 53])
  expect([found.name(3), found.nameLength(3), found.value(3)]).toEqual(['ACCEPT', 6, ''])
  expect(found.get('accept')).toBe('a')
  expect(found.get('missing')).toBeUndefined()
  expect([found.has('x'), found.has('y')]).toEqual([true, false])
  expect([found.indexOf('accept', 1), found.indexOf('accept', 4)]).toEqual([2, -1])
  expect([found.count('accept'), found.count('y')]).toEqual([3, 0])
  expect(found.joined('accept')).toBe('a, b, ')
  expect(found.joined('y')).toBeUndefined()
})

test('tokens of a list are lowered, without empty members', () => {
  expect(fields('Connection: Close, \tx\r\nconnection: ,UPGRADE,,\r\n').tokens('connection')).toEqual([
    'close',
    'x',
    'upgrade',
  ])
  expect(fields('Connection: Keep-Alive\r\n').tokens('connection')).toEqual(['keep-alive'])
  expect(fields('').tokens('connection')).toEqual([])
})

test('the default limits: 256 KiB and 2000 fields', () => {
  expect(fields('a:\r\n'.repeat(2000)).length).toBe(2000)
  expect(() => fields('a:\r\n'.repeat(2001))).toThrow('more than 2000 fields')
  expect(defaultWireLimits.head).toBe(262_144)
})

test('what a sentence quotes is cut, on one line and unmistakable', () => {
  const sentence = (line: string): string => {
    try {
      parseResponseHead(`${line}\r\n`, defaultWireLimits)
    } catch (error) {
      return (error as Error).message
    }
    throw new Error('nothing was refused')
  }
  expect(sentence('a"b\\x00\x80')).toBe('the status line "a\\"b\\\\x00\\x80" is not HTTP/1')
  expect(sentence('y'.repeat(61))).toBe(`the status line "${'y'.repeat(60)}…" is not HTTP/1`)
})
