/** Conversations whose messages are known: examples of the RFCs, and what they leave to be thought of. */
import type { MessageOpcode } from '../../model/web-socket.ts'
import type { AgreedExtensions } from '../handshake.ts'
import { writeFrame, writeFrames, type WrittenFrame } from './frames.ts'

/** `offset` and `wireLength` as [from, to] in the bytes. */
export type Expected = {
  opcode: MessageOpcode
  payload: Buffer
  wire: [from: number, to: number]
  frames?: number
  compressed?: boolean
  closeCode?: number
}

export type Conversation = {
  name: string
  extensions?: AgreedExtensions['kind']
  /** By a client; else by a server. */
  sent: boolean
  bytes: Buffer
  messages: Expected[]
}

const mask = [0x37, 0xfa, 0x21, 0x3d] as const
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')
const hello = Buffer.from('Hello')
const long = Buffer.from('0123456789'.repeat(30))

/** A message of several frames, cut within a character of UTF-8, with pings, a pong and a close where they may be. */
const interleaved: WrittenFrame[] = [
  { opcode: 'text', payload: Buffer.from('a \u{1f30a} b').subarray(0, 4), more: true },
  { opcode: 'ping', payload: 'one' },
  { opcode: 'continuation', payload: '', more: true },
  { opcode: 'pong' },
  { opcode: 'ping', payload: 'x'.repeat(125) },
  { opcode: 'continuation', payload: Buffer.from('a \u{1f30a} b').subarray(4) },
]
const lengths = interleaved.map((frame) => writeFrame(frame).length)
const until = (count: number, masked = false): number =>
  lengths.slice(0, count).reduce((sum, length) => sum + length + (masked ? 4 : 0), 0)
const expectedInterleaved = (masked: boolean): Expected[] => [
  { opcode: 'ping', payload: Buffer.from('one'), wire: [until(1, masked), until(2, masked)] },
  { opcode: 'pong', payload: Buffer.alloc(0), wire: [until(3, masked), until(4, masked)] },
  { opcode: 'ping', payload: Buffer.alloc(125, 'x'), wire: [until(4, masked), until(5, masked)] },
  { opcode: 'text', payload: Buffer.from('a \u{1f30a} b'), wire: [0, until(6, masked)], frames: 3 },
]

export const conversations: Conversation[] = [
  {
    name: 'RFC 6455 §5.7: a single-frame unmasked text message',
    sent: false,
    bytes: hex('81 05 48 65 6c 6c 6f'),
    messages: [{ opcode: 'text', payload: hello, wire: [0, 7] }],
  },
  {
    name: 'RFC 6455 §5.7: a single-frame masked text message',
    sent: true,
    bytes: hex('81 85 37 fa 21 3d 7f 9f 4d 51 58'),
    messages: [{ opcode: 'text', payload: hello, wire: [0, 11] }],
  },
  {
    name: 'RFC 6455 §5.7: a fragmented unmasked text message',
    sent: false,
    bytes: hex('01 03 48 65 6c 80 02 6c 6f'),
    messages: [{ opcode: 'text', payload: hello, wire: [0, 9], frames: 2 }],
  },
  {
    name: 'RFC 6455 §5.7: an unmasked ping',
    sent: false,
    bytes: hex('89 05 48 65 6c 6c 6f'),
    messages: [{ opcode: 'ping', payload: hello, wire: [0, 7] }],
  },
  {
    name: 'RFC 6455 §5.7: its masked answer',
    sent: true,
    bytes: hex('8a 85 37 fa 21 3d 7f 9f 4d 51 58'),
    messages: [{ opcode: 'pong', payload: hello, wire: [0, 11] }],
  },
  {
    name: 'RFC 7692 §7.2.3.1: a compressed message in one frame, and in two',
    extensions: 'deflate',
    sent: false,
    bytes: hex('c1 07 f2 48 cd c9 c9 07 00  41 03 f2 48 cd 80 04 c9 c9 07 00'),
    messages: [
      { opcode: 'text', payload: hex('f2 48 cd c9 c9 07 00'), wire: [0, 9], compressed: true },
      { opcode: 'text', payload: hex('f2 48 cd c9 c9 07 00'), wire: [9, 20], compressed: true, frames: 2 },
    ],
  },
  {
    name: 'compressed or not, message by message (RFC 7692 §6.1)',
    extensions: 'deflate',
    sent: false,
    bytes: hex('81 05 48 65 6c 6c 6f  c1 07 f2 48 cd c9 c9 07 00'),
    messages: [
      { opcode: 'text', payload: hello, wire: [0, 7] },
      { opcode: 'text', payload: hex('f2 48 cd c9 c9 07 00'), wire: [7, 16], compressed: true },
    ],
  },
  {
    name: 'an extension that nobody knows uses the reserved bits',
    extensions: 'unknown',
    sent: false,
    bytes: hex('f1 05 48 65 6c 6c 6f  99 00'),
    messages: [
      { opcode: 'text', payload: hello, wire: [0, 7] },
      { opcode: 'ping', payload: Buffer.alloc(0), wire: [7, 9] },
    ],
  },
  {
    name: 'control frames between fragments (RFC 6455 §5.4), received',
    sent: false,
    bytes: writeFrames(interleaved),
    messages: expectedInterleaved(false),
  },
  {
    name: 'control frames between fragments, sent',
    sent: true,
    bytes: writeFrames(interleaved.map((frame) => ({ ...frame, mask }))),
    messages: expectedInterleaved(true),
  },
  {
    name: 'lengths of two and of eight bytes',
    sent: true,
    bytes: writeFrames([
      { opcode: 'binary', payload: long, mask },
      { opcode: 'binary', payload: Buffer.alloc(65_536, 'y'), mask },
    ]),
    messages: [
      { opcode: 'binary', payload: long, wire: [0, 308] },
      { opcode: 'binary', payload: Buffer.alloc(65_536, 'y'), wire: [308, 308 + 14 + 65_536] },
    ],
  },
  {
    name: 'close with a code and a reason, masked, behind an empty message (RFC 6455 §5.5.1)',
    sent: true,
    bytes: writeFrames([
      { opcode: 'text', mask },
      { opcode: 'close', payload: Buffer.from('\x03\xe8bye', 'latin1'), mask },
    ]),
    messages: [
      { opcode: 'text', payload: Buffer.alloc(0), wire: [0, 6] },
      { opcode: 'close', payload: Buffer.from('\x03\xe8bye', 'latin1'), wire: [6, 17], closeCode: 1000 },
    ],
  },
  {
    name: 'close without a code, and with half of one',
    sent: false,
    bytes: hex('88 00 88 01 03'),
    messages: [
      { opcode: 'close', payload: Buffer.alloc(0), wire: [0, 2] },
      { opcode: 'close', payload: hex('03'), wire: [2, 5] },
    ],
  },
]
