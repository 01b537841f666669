import { expect, test } from 'vitest'
import { HeadReader, WireError, defaultWireLimits } from './index.ts'

const text = 'GET / HTTP/1.1\r\nHost: a\r\n'
const head = `${text}\r\n`

function feed(reader: HeadReader, bytes: string): number {
  return reader.feed(Buffer.from(bytes, 'latin1'), 0)
}

function refusal(action: () => unknown): WireError {
  try {
    action()
  } catch (error) {
    if (error instanceof WireError) return error
  }
  throw new Error('nothing was refused')
}

test('tells where the head ends, in bytes of the last feed', () => {
  const reader = new HeadReader(defaultWireLimits)
  expect(feed(reader, `${head}body`)).toBe(head.length)
  expect(reader.text).toBe(text)
  expect(reader.feed(Buffer.from(`body${head}more`), 4)).toBe(4 + head.length)
  expect(feed(reader, head.slice(0, -1))).toBe(-1)
  expect(feed(reader, '\nbody')).toBe(1)
  expect(reader.text).toBe(text)
})

test('has started once a part of a head has come', () => {
  const reader = new HeadReader(defaultWireLimits)
  expect(reader.started).toBe(false)
  expect(feed(reader, '')).toBe(-1)
  expect(feed(reader, '\r\n')).toBe(-1)
  expect(reader.started).toBe(false)
  expect(feed(reader, 'G')).toBe(-1)
  expect(reader.started).toBe(true)
  feed(reader, head.slice(1))
  expect(reader.started).toBe(false)
})

// The text of the head before was shown as the head of the one that was refused.
test('after a refusal, text is what had come of the head that was refused', () => {
  const reader = new HeadReader(defaultWireLimits)
  feed(reader, head)
  feed(reader, 'POST /second HTTP/1.1\r\n')
  expect(refusal(() => feed(reader, 'Host: \0')).message).toBe('line 2: the character "\\x00" may not stand in a head')
  expect(reader.text).toBe('POST /second HTTP/1.1\r\nHost: \0')

  const other = new HeadReader({ ...defaultWireLimits, head: 30 })
  feed(other, head)
  expect(refusal(() => feed(other, 'POST /second HTTP/1.1\r\nHost: abc\r\n\r\n')).status).toBe(431)
  expect(other.text).toBe('POST /second HTTP/1.1\r\nHost: ab')
  const third = new HeadReader(defaultWireLimits)
  feed(third, head)
  expect(refusal(() => feed(third, '\r\n'.repeat(17))).message).toBe('too many empty lines before the start line')
  expect(third.text).toBe('')
})

test('refuses at once what cannot become a head any more', () => {
  for (const hopeless of ['\x16\x03\x01', 'GET / HTTP/1.1\n', 'GET /\0', 'GET /\rx', '\n', '\rx']) {
    expect(() => feed(new HeadReader(defaultWireLimits), hopeless), JSON.stringify(hopeless)).toThrow(WireError)
  }
})

test('takes a head of exactly the limit, whole or cut, also behind an empty line that is cut', () => {
  for (const before of ['', '\r\n']) {
    const bytes = before + head
    for (let at = 0; at <= bytes.length; at++) {
      const reader = new HeadReader({ ...defaultWireLimits, head: head.length })
      const first = feed(reader, bytes.slice(0, at))
      if (first === -1) expect(feed(reader, `${bytes.slice(at)}body`)).toBe(bytes.length - at)
      expect(reader.text).toBe(text)
    }
  }
})

test('counts empty lines for each head anew', () => {
  const reader = new HeadReader(defaultWireLimits)
  for (let round = 0; round < 3; round++) {
    for (let line = 0; line < 15; line++) {
      expect(feed(reader, '\r')).toBe(-1)
      expect(feed(reader, '\n')).toBe(-1)
    }
    expect(feed(reader, `\r\n${head.slice(0, 5)}`)).toBe(-1)
    expect(feed(reader, head.slice(5))).toBe(head.length - 5)
  }
})
