import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readGreeting, readRequest } from './socks-messages.ts'

const bytes = (...parts: (number | string)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from([part]))))
const name = (text: string): Buffer => bytes(5, 1, 0, 3, text.length, text, 0x01, 0xbb)

test.each([
  ['IPv4', bytes(5, 1, 0, 1, 127, 0, 0, 1, 0x1f, 0x90), '127.0.0.1', 8080],
  ['a name', name('Example.COM'), 'example.com', 443],
  ['the longest name', name('a'.repeat(255)), 'a'.repeat(255), 443],
  ['IPv6', bytes(5, 1, 0, 4, '\0'.repeat(15), 1, 0, 80), '::1', 80],
  ['IPv6 with zeros within', bytes(5, 1, 0, 4, 0x20, 1, 0x0d, 0xb8, '\0'.repeat(11), 1, 0, 80), '2001:db8::1', 80],
  ['an address as a name', name('10.0.0.1'), '10.0.0.1', 443],
  ['an IPv6 address as a name', name('::1'), '::1', 443],
])('a request with %s, wherever it is cut', (_, request, host, port) => {
  for (let at = 0; at < request.length; at++) expect(readRequest(request.subarray(0, at)).state).toBe('partial')
  const read = { state: 'read', value: { host, port }, end: request.length }
  expect(readRequest(request)).toEqual(read)
  expect(readRequest(Buffer.concat([request, bytes(5, 1)]))).toEqual(read)
})

test.each([
  [bytes(5, 2, 0, 1), 7, 'the command BIND is not supported'],
  [bytes(5, 3, 0, 1), 7, 'the command UDP ASSOCIATE is not supported'],
  [bytes(5, 9, 0, 1), 7, 'the command 9 is not supported'],
  [bytes(5, 1, 0, 2), 8, 'addresses of type 2'],
  [bytes(5, 1, 0, 3, 0, 0, 80), 1, 'the name of its host is none'],
  [name('a b'), 1, 'the name of its host is none'],
  [name('a\r\nb'), 1, 'the name of its host is none'],
  [name('a/b'), 1, 'the name of its host is none'],
  [name(':]x'), 1, 'the name of its host is none'],
  [bytes(5, 1, 0, 1, 1, 2, 3, 4, 0, 0), 1, 'there is no port 0'],
  [bytes(4, 1), 1, 'version 4'],
])('%j is refused with reply %i', (request, code, why) => {
  const read = readRequest(request)
  if (read.state !== 'refused') throw new Error(read.state)
  expect(read.why).toContain(why)
  expect(read.answer).toEqual(bytes(5, code, 0, 1, 0, 0, 0, 0, 0, 0))
})

test('a greeting has to offer to do without authentication, anywhere in its list', () => {
  expect(readGreeting(bytes(5, 3, 2, 1, 0, 9))).toEqual({ state: 'read', value: undefined, end: 5 })
  expect(readGreeting(bytes(5, 3, 2, 1))).toEqual({ state: 'partial' })
  for (const none of [bytes(5, 0), bytes(5, 1, 2), bytes(5, 2, 1, 2, 0)]) {
    expect(readGreeting(none)).toMatchObject({ state: 'refused', answer: bytes(5, 0xff) })
  }
})

test('whatever comes is decided within 262 bytes, and read or refused in the same way when more follows', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 262, maxLength: 300 }), fc.boolean(), (random, valid) => {
      const all = Buffer.from(random)
      if (valid) all.set([5, 1, 0, [1, 3, 4][all[3]! % 3]!])
      for (const read of [readGreeting, readRequest]) {
        expect(read(all.subarray(0, 262)).state).not.toBe('partial')
        expect(read(all)).toEqual(read(all.subarray(0, 262)))
      }
    }),
  )
})
