import { describe, expect, test } from 'vitest'
import { chosenView, kindOf, viewsFor, type BodyKind } from './view-choice.ts'

describe('the kind of a body', () => {
  test.each<[string | undefined, string | Buffer, BodyKind]>([
    ['application/json; charset=utf-8', '{"a":1}', 'json'],
    ['application/problem+json', '{}', 'json'],
    [undefined, ' [1,2]', 'json'],
    [undefined, 'hello', 'text'],
    ['text/html', '<p>', 'text'],
    ['text/plain', '{"a":1}', 'text'],
    ['application/octet-stream', 'hello', 'text'],
    ['text/event-stream', 'data: 1\n\n', 'lines'],
    ['application/x-ndjson', '{}\n{}\n', 'lines'],
    ['application/x-www-form-urlencoded', 'a=1', 'form'],
    ['multipart/form-data; boundary=x', '--x', 'form'],
    ['image/svg+xml', '<svg/>', 'image'],
    ['video/mp4', '', 'video'],
    ['audio/ogg', '', 'audio'],
    ['application/octet-stream', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), 'image'],
    [undefined, Buffer.from('RIFF0000WEBPVP8', 'latin1'), 'image'],
    ['application/json', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0]), 'binary'],
    ['application/octet-stream', Buffer.from([1, 2, 3, 4]), 'binary'],
    ['application/octet-stream', Buffer.from([0x82, 0xa2, 0x6f, 0x70, 0xa1, 0x61]), 'binary'],
    ['application/octet-stream', Buffer.from('grün 水').subarray(0, -1), 'text'],
    ['application/octet-stream', Buffer.from('\ufeffhello', 'utf16le'), 'text'],
    ['text/plain', Buffer.from('\ufeffhello', 'utf16le'), 'text'],
    ['text/plain', '', 'text'],
  ])('%s with %j is %s', (type, first, kind) => expect(kindOf(type, Buffer.from(first as string))).toBe(kind))
})

test('a choice is kept for its kind, where the body can be shown so', () => {
  expect(chosenView('json', 'application/json', undefined)).toBe('json')
  expect(chosenView('json', 'application/json', 'hex')).toBe('hex')
  expect(chosenView('image', 'image/png', 'text')).toBe('image')
  expect(chosenView('image', 'image/svg+xml', 'text')).toBe('text')
  expect(chosenView('binary', '', 'nonsense')).toBe('hex')
})

test('hex is offered for every kind', () => {
  const kinds: BodyKind[] = ['json', 'lines', 'text', 'form', 'image', 'video', 'audio', 'binary']
  for (const kind of kinds) {
    const { first, choices } = viewsFor(kind, '')
    expect(choices).toContain('hex')
    expect(choices).toContain(first)
  }
})
