/**
 * The index of a flow's messages: a record of fixed size for each, in the order in which they were complete, so that the
 * n-th of millions is found at once. Numbers are little-endian.
 *
 *     0  flags: 1 received, 2 compressed, 4 has a close code
 *     1  opcode (RFC 6455 §5.2)
 *     2  close code, 16 bits
 *     4  frames, 32 bits
 *     8  at, 14 offset, 20 wireLength, 26 length: 48 bits each
 */
import type { MessageOpcode, WebSocketMessage } from '../model/web-socket.ts'
import { opcodes } from './frame-parser.ts'

/** Bytes of one record. */
export const indexRecordSize = 32

const flags = { received: 1, compressed: 2, closeCode: 4 } as const
const known: readonly MessageOpcode[] = ['text', 'binary', 'close', 'ping', 'pong']
const names = new Map(known.map((name) => [opcodes[name] as number, name]))
const most32 = 2 ** 32 - 1
/** 256 TiB, or nine years in microseconds: beyond it, this is what is told. */
const most48 = 2 ** 48 - 1

/** Writes a record at `at`. */
export function encodeMessage(message: WebSocketMessage, target: Buffer, at: number): void {
  const { direction, opcode, compressed, closeCode } = message
  target[at] =
    (direction === 'received' ? flags.received : 0) |
    (compressed ? flags.compressed : 0) |
    (closeCode === undefined ? 0 : flags.closeCode)
  target[at + 1] = opcodes[opcode]
  target.writeUInt16LE(closeCode ?? 0, at + 2)
  target.writeUInt32LE(Math.min(message.frames, most32), at + 4)
  target.writeUIntLE(Math.min(message.at, most48), at + 8, 6)
  target.writeUIntLE(Math.min(message.offset, most48), at + 14, 6)
  target.writeUIntLE(Math.min(message.wireLength, most48), at + 20, 6)
  target.writeUIntLE(Math.min(message.length, most48), at + 26, 6)
}

/** The record at `at`, all of which must be there. Throws RangeError for bytes that are no record. */
export function decodeMessage(source: Buffer, at: number): WebSocketMessage {
  const bits = source.readUInt8(at)
  const code = source.readUInt8(at + 1)
  const opcode = names.get(code)
  if (opcode === undefined) throw new RangeError(`no message has the opcode ${code}`)
  return {
    direction: bits & flags.received ? 'received' : 'sent',
    opcode,
    at: source.readUIntLE(at + 8, 6),
    offset: source.readUIntLE(at + 14, 6),
    wireLength: source.readUIntLE(at + 20, 6),
    length: source.readUIntLE(at + 26, 6),
    compressed: (bits & flags.compressed) !== 0,
    frames: source.readUInt32LE(at + 4),
    closeCode: bits & flags.closeCode ? source.readUInt16LE(at + 2) : undefined,
  }
}
