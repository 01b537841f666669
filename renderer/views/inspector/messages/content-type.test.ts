import { expect, test } from 'vitest'
import { kindOf, type BodyKind } from '../content/view-choice.ts'
import { contentTypeOf } from './content-type.ts'

// JSON in binary frames was shown as a dump, or in one line.
test.each<['text' | 'binary' | 'ping', string | Buffer, BodyKind]>([
  ['text', '{"a":1}', 'json'],
  ['text', 'hello', 'text'],
  ['binary', ' [{"a":1}]', 'json'],
  ['binary', 'hello', 'text'],
  ['binary', Buffer.from([0x7b, 0, 1]), 'binary'],
  ['binary', Buffer.from([0x82, 0xa2, 0x6f, 0x70, 0xa1, 0x61]), 'binary'],
  ['binary', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), 'image'],
  ['ping', '{"t":1}', 'json'],
])('a %s message %j is shown as %s', (opcode, payload, kind) => {
  const first = Buffer.from(payload as string)
  expect(kindOf(contentTypeOf(opcode, first), first)).toBe(kind)
})
