/**
 * A client of HTTP/2 (RFC 9113) that costs next to nothing, so that the core it shares with the origins is theirs. Many
 * requests at once over one connection; every piece of body is handed on as it arrives. Its windows are those of
 * Chromium: 6 MiB for a stream, 15 MiB for the connection. It reads no fields: a response is 200 or it fails.
 */
import type { Socket } from 'node:net'
import { WrongBytes } from './pattern.ts'

export interface StreamEvents {
  readonly onBody: (piece: Buffer, offset: number, stream: number) => void
  /** The response is complete; `length` bytes of body went to onBody. */
  readonly onEnd: (length: number, stream: number) => void
}

const MiB = 1024 * 1024
const streamWindow = 6 * MiB
const sessionWindow = 15 * MiB
const windowBefore = 65_535

const DATA = 0
const HEADERS = 1
const RST_STREAM = 3
const SETTINGS = 4
const PING = 6
const GOAWAY = 7
const WINDOW_UPDATE = 8
const ACK = 1
const END_STREAM = 1
const END_HEADERS = 4
const PADDED = 8
const headLength = 9

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(headLength)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** No table for the other side's fields, as nobody here keeps one; no push; the stream's window. */
const settings = Buffer.concat(
  [
    [1, 0],
    [2, 0],
    [4, streamWindow],
  ].map(([key = 0, value = 0]) => Buffer.concat([Buffer.from([0, key]), uint32(value)])),
)
const greeting = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  frame(SETTINGS, 0, 0, settings),
  frame(WINDOW_UPDATE, 0, 0, uint32(sessionWindow - windowBefore)),
])

/** Names in HPACK's static table (RFC 7541, Appendix A). */
const AUTHORITY = 1
const PATH = 4
const ACCEPT = 19
const USER_AGENT = 58
/** Whole fields there: ":method: GET", ":scheme: https", ":status: 200". */
const GET = 0x82
const HTTPS = 0x87
const OK = 0x88

type Stream = { answered: boolean; offset: number; unreported: number }

export class Http2Client {
  readonly #socket: Socket
  readonly #authority: string
  readonly #events: StreamEvents
  readonly #streams = new Map<number, Stream>()
  #nextStream = 1
  /** The table of our fields as the other side has it, newest last. Few and short, so that nothing is ever evicted. */
  readonly #table: string[] = []
  #unreported = 0
  /** Written together once a read has been looked at. */
  #out: Buffer[] = [greeting]
  /** Of the frame that is being read. */
  readonly #head = Buffer.alloc(headLength)
  #headAt = 0
  #left = 0
  #payload: Buffer[] = []

  /** `authority`: of all its requests. */
  constructor(socket: Socket, authority: string, events: StreamEvents) {
    this.#socket = socket
    this.#authority = authority
    this.#events = events
  }

  /** Leaves with the next flush. */
  ask(path: string): void {
    const stream = this.#nextStream
    this.#nextStream += 2
    this.#streams.set(stream, { answered: false, offset: 0, unreported: 0 })
    const fields = [
      this.#field(AUTHORITY, this.#authority),
      this.#field(PATH, path),
      this.#field(USER_AGENT, 'spillway-bench/1'),
      this.#field(ACCEPT, '*/*'),
    ]
    const block = Buffer.concat([Buffer.from([GET, HTTPS]), ...fields])
    this.#out.push(frame(HEADERS, END_STREAM | END_HEADERS, stream, block))
  }

  flush(): void {
    if (this.#out.length === 0) return
    this.#socket.write(Buffer.concat(this.#out))
    this.#out = []
  }

  /** Throws WrongBytes, or what the other side has refused. */
  feed(data: Buffer): void {
    let at = 0
    while (at < data.length) {
      if (this.#headAt < headLength) {
        const used = data.copy(this.#head, this.#headAt, at, Math.min(data.length, at + headLength - this.#headAt))
        this.#headAt += used
        at += used
        if (this.#headAt < headLength) break
        this.#left = this.#head.readUIntBE(0, 3)
      }
      const end = Math.min(data.length, at + this.#left)
      this.#take(data.subarray(at, end))
      this.#left -= end - at
      at = end
      if (this.#left > 0) break
      this.#headAt = 0
      this.#endOfFrame()
    }
    this.flush()
  }

  /** RFC 7541 §6.1, §6.2.1: known as a whole after it was sent once. All numbers here fit their prefixes. */
  #field(name: number, value: string): Buffer {
    const entry = `${name} ${value}`
    const known = this.#table.indexOf(entry)
    if (known !== -1) return Buffer.from([0x80 | (62 + this.#table.length - 1 - known)])
    this.#table.push(entry)
    return Buffer.concat([Buffer.from([0x40 | name, value.length]), Buffer.from(value, 'latin1')])
  }

  #take(part: Buffer): void {
    if (this.#head[3] !== DATA) {
      this.#payload.push(part)
      return
    }
    const id = this.#head.readUInt32BE(5)
    const stream = this.#streams.get(id)
    if (!stream?.answered) throw new WrongBytes(`a body on stream ${id}, which has no head`)
    if (((this.#head[4] ?? 0) & PADDED) !== 0) throw new Error('a padded frame')
    this.#events.onBody(part, stream.offset, id)
    stream.offset += part.length
    stream.unreported += part.length
    this.#unreported += part.length
  }

  #endOfFrame(): void {
    const [type = 0, flags = 0] = this.#head.subarray(3, 5)
    const id = this.#head.readUInt32BE(5)
    const payload = Buffer.concat(this.#payload)
    this.#payload = []
    if (type === DATA || type === HEADERS) {
      if (type === HEADERS) this.#answered(id, flags, payload)
      const ends = (flags & END_STREAM) !== 0
      this.#report(id, ends)
      if (ends) this.#ended(id)
    } else if (type === SETTINGS) {
      if ((flags & ACK) === 0) this.#out.push(frame(SETTINGS, ACK, 0, Buffer.alloc(0)))
    } else if (type === PING) {
      if ((flags & ACK) === 0) this.#out.push(frame(PING, ACK, 0, payload))
    } else if (type === RST_STREAM) {
      throw new Error(`stream ${id} was reset with ${payload.readUInt32BE(0)}`)
    } else if (type === GOAWAY) {
      throw new Error(`the connection goes away with ${payload.readUInt32BE(4)}`)
    }
  }

  /** The status comes first, behind changes of the size of a table that nobody uses (RFC 7541 §6.3). */
  #answered(id: number, flags: number, block: Buffer): void {
    const stream = this.#streams.get(id)
    if (!stream) throw new WrongBytes(`a head on stream ${id}, which is not open`)
    if (stream.answered) return
    if ((flags & END_HEADERS) === 0) throw new Error('a head in several frames')
    const first = block.find((byte) => byte >> 5 !== 1)
    if (first !== OK) throw new Error('answered with another status than 200')
    stream.answered = true
  }

  /** What was read may be sent again. */
  #report(id: number, ends: boolean): void {
    const stream = this.#streams.get(id)
    if (stream && !ends && stream.unreported >= streamWindow / 2) {
      this.#out.push(frame(WINDOW_UPDATE, 0, id, uint32(stream.unreported)))
      stream.unreported = 0
    }
    if (this.#unreported < sessionWindow / 2) return
    this.#out.push(frame(WINDOW_UPDATE, 0, 0, uint32(this.#unreported)))
    this.#unreported = 0
  }

  #ended(id: number): void {
    const stream = this.#streams.get(id)
    if (!stream) return
    this.#streams.delete(id)
    this.#events.onEnd(stream.offset, id)
  }
}
