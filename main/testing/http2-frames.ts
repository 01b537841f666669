/** Frames of HTTP/2 byte by byte (RFC 9113 §4, RFC 7541), for what no library would send. */
import type { WireEnd } from './wire-end.ts'

export const frameTypes = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const

/** END_STREAM, or ACK of SETTINGS and PING. */
export const endStream = 1
export const ack = 1
export const endHeaders = 4

export function frame(type: number, flags: number, stream: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

export function resetFrame(stream: number, code: number): Buffer {
  const payload = Buffer.alloc(4)
  payload.writeUInt32BE(code)
  return frame(frameTypes.reset, 0, stream, payload)
}

const magic = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
export const preface = Buffer.concat([magic, frame(frameTypes.settings, 0, 0)])

/** A string literal of at most 126 bytes, not compressed. */
export const word = (text: string): Buffer => Buffer.concat([Buffer.of(text.length), Buffer.from(text, 'latin1')])

/** RFC 7541 §6.2.2: a literal that is not indexed. */
export const literal = (name: string, value: string): Buffer => Buffer.concat([Buffer.of(0), word(name), word(value)])

/** GET, the schemes and "/" are in the static table (RFC 7541 Appendix A). */
export const getRoot = (authority: string, scheme: 'http' | 'https' = 'https'): Buffer =>
  Buffer.concat([Buffer.of(0x82, scheme === 'http' ? 0x86 : 0x87, 0x84), literal(':authority', authority)])

/** ":status 200" is in the static table. */
export const okHead = (stream: number, flags = 0): Buffer =>
  frame(frameTypes.headers, endHeaders | flags, stream, Buffer.of(0x88))

export type Frame = { type: number; flags: number; stream: number; payload: Buffer }

/** A connection that a client has opened to speak HTTP/2; it is answered by frames. */
export class FrameEnd {
  readonly end: WireEnd

  constructor(end: WireEnd) {
    this.end = end
  }

  /** Reads the preface, and says ours. */
  static async accept(end: WireEnd): Promise<FrameEnd> {
    await end.readUntil(magic.length)
    void end.write(Buffer.concat([frame(frameTypes.settings, 0, 0), frame(frameTypes.settings, ack, 0)]))
    return new FrameEnd(end)
  }

  async next(): Promise<Frame> {
    const head = await this.end.readUntil(9)
    const length = head.readUIntBE(0, 3)
    const payload = length > 0 ? await this.end.readUntil(length) : Buffer.alloc(0)
    return { type: head.readUInt8(3), flags: head.readUInt8(4), stream: head.readUInt32BE(5), payload }
  }

  /** The next frame of a type; others are passed over. */
  async of(type: number): Promise<Frame> {
    for (;;) {
      const found = await this.next()
      if (found.type === type) return found
    }
  }

  send(...frames: Buffer[]): void {
    void this.end.write(Buffer.concat(frames))
  }
}
