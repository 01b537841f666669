import { describe, expect, test } from 'vitest'
import type { MessageOpcode } from '../../../main/model/web-socket.ts'
import { previewBytes, previewOf } from './preview.ts'

const bytes = (...values: number[]): Buffer => Buffer.from(values)

// The rows of whoever talks in binary frames, as many do in JSON, said nothing at all.
describe('what a row shows of a message', () => {
  test.each<[MessageOpcode, string | Buffer, ReturnType<typeof previewOf>]>([
    ['text', 'grün 🌊', { preview: 'grün 🌊' }],
    ['text', '', { preview: '' }],
    ['binary', '{"op":"subscribe","to":["grün 🌊"]}', { preview: '{"op":"subscribe","to":["grün 🌊"]}' }],
    ['binary', 'id\tname\r\n1\tx\n', { preview: 'id\tname\r\n1\tx\n' }],
    ['binary', '\x1b[32mok\x1b[0m', { preview: '\x1b[32mok\x1b[0m' }],
    ['binary', '', { preview: '' }],
    ['binary', bytes(0, 1, 2, 255), { hex: '00 01 02 ff' }],
    // UTF-8 would be three bytes; latin1; a NUL at the end; most of it controls.
    ['binary', bytes(0xe6, 0xb0), { hex: 'e6 b0' }],
    ['binary', bytes(0x63, 0x61, 0x66, 0xe9), { hex: '63 61 66 e9' }],
    ['binary', 'hello\0', { hex: '68 65 6c 6c 6f 00' }],
    ['binary', bytes(8, 0x41, 1, 2), { hex: '08 41 01 02' }],
    // C1 controls are two bytes in UTF-8.
    ['binary', '\x85a', { hex: 'c2 85 61' }],
    ['binary', Buffer.alloc(40, 1), { hex: Array(40).fill('01').join(' ') }],
    ['binary', Buffer.alloc(41, 1), { hex: `${Array(40).fill('01').join(' ')} …` }],
    ['ping', '42', { preview: '42' }],
    ['ping', '', { preview: '' }],
    ['pong', bytes(0, 0, 1, 0x8b), { hex: '00 00 01 8b' }],
    ['close', Buffer.concat([bytes(0x0f, 0xa1), Buffer.from('wörd')]), { preview: 'wörd' }],
    ['close', bytes(0x03, 0xe8), { preview: '' }],
  ])('%s %j', (opcode, payload, expected) =>
    expect(previewOf(opcode, Buffer.from(payload as string))).toEqual(expected),
  )

  test.each(['text', 'binary'] as const)(
    '%s that is cut ends with a whole character, wherever the cut is',
    (opcode) => {
      for (const lead of ['', 'a', 'ab', 'abc']) {
        const { preview } = previewOf(opcode, Buffer.from(lead + '🌊'.repeat(1000)).subarray(0, previewBytes + 5))
        expect(preview).toBe(`${lead}${'🌊'.repeat(1000)}`.slice(0, lead.length % 2 === 0 ? 120 : 119))
      }
    },
  )

  test('bytes are told from text by what is read, not by what is shown of it', () => {
    expect(previewOf('binary', Buffer.from(`${'a'.repeat(300)}\0`))).toEqual({
      hex: `${Array(40).fill('61').join(' ')} …`,
    })
  })
})
