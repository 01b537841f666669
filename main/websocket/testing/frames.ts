/** For tests: frames as a stranger writes them, valid or not. */
import { opcodes } from '../frame-parser.ts'

export type WrittenFrame = {
  opcode: keyof typeof opcodes | number
  /** Texts are UTF-8. */
  payload?: string | Uint8Array
  /** Not the last of its message. */
  more?: boolean
  /** RSV1 is 4. */
  reserved?: number
  /** Masked with this key. */
  mask?: readonly number[]
  /** A length in so many bytes, however short it could be. */
  lengthBytes?: 0 | 2 | 8
  /** Another length than that of the payload. */
  length?: bigint
}

export function writeFrame({ opcode, payload = '', more, reserved = 0, mask, ...other }: WrittenFrame): Buffer {
  const bytes = Buffer.from(payload)
  const length = other.length ?? BigInt(bytes.length)
  const size = other.lengthBytes ?? (length < 126n ? 0 : length < 65_536n ? 2 : 8)
  const code = typeof opcode === 'number' ? opcode : opcodes[opcode]
  const header = Buffer.alloc(2 + size)
  header[0] = (more ? 0 : 0x80) | (reserved << 4) | code
  header[1] = (mask ? 0x80 : 0) | (size === 0 ? Number(length) : size === 2 ? 126 : 127)
  if (size === 2) header.writeUInt16BE(Number(length), 2)
  if (size === 8) header.writeBigUInt64BE(length, 2)
  if (!mask) return Buffer.concat([header, bytes])
  return Buffer.concat([header, Buffer.from(mask), bytes.map((byte, index) => byte ^ (mask[index % 4] ?? 0))])
}

export const writeFrames = (frames: readonly WrittenFrame[]): Buffer => Buffer.concat(frames.map(writeFrame))
