/** Frames of one direction of a WebSocket (RFC 6455 §5.2), found in its bytes. Sans-io. */

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

/** RFC 6455 §5.5: all of them have this bit. */
export const isControl = (opcode: number): boolean => (opcode & 8) !== 0

/** Told of frames as they come. What a frame is, is on the parser. */
export type FrameSink = {
  /** A header is complete. */
  begin(): void
  /** Its payload, piece after piece, masked where it is: `bytes` from `from` to `to`, lent. Empty ones are not told. */
  payload(bytes: Uint8Array, from: number, to: number): void
  /** Its payload is complete. */
  end(): void
}

export type FrameRules = {
  /** RFC 6455 §5.1: what a client sends is masked, what a server sends is not. */
  masked: boolean
  /** Which reserved bits may be set: RSV1 at the beginning of a message (RFC 7692 §6), or nobody knows which. */
  extensions: 'none' | 'deflate' | 'unknown'
}

/** RFC 6455 §5.2: two bytes, a length of up to eight, a masking key of four. */
const longestHeader = 14
const rsv1 = 4

/** Takes bytes in any cut. Payloads pass through it; it keeps a header at most. */
export class FrameParser {
  // The frame whose header has come last.
  /** Where it begins in the stream. */
  offset = 0
  headerLength = 0
  final = false
  /** Three bits: RSV1 is 4. */
  reserved = 0
  opcode = 0
  /** Of its payload. */
  length = 0
  /** Of its payload that has been told; while a piece is told, what came before it. */
  position = 0
  /** All zeros where it is not masked. */
  readonly mask = new Uint8Array(4)

  /** Why the bytes from `offset` on are no frame; a sentence without its end. Nothing is told from then on. */
  failure: string | undefined
  readonly #rules: FrameRules
  readonly #sink: FrameSink
  readonly #header = new Uint8Array(longestHeader)
  #have = 0
  #need = 2
  /** In the middle of a payload. */
  #inPayload = false
  /** A message has begun and its last frame has not come (RFC 6455 §5.4). */
  #fragmented = false
  /** Bytes fed before the current call. */
  #fed = 0

  constructor(rules: FrameRules, sink: FrameSink) {
    this.#rules = rules
    this.#sink = sink
  }

  /** A message or a frame has begun and not ended. */
  get unfinished(): boolean {
    return this.#fragmented || this.#inPayload || this.#have > 0
  }

  /** Never throws by itself. After a failure it does nothing. */
  feed(bytes: Uint8Array): void {
    const end = bytes.length
    let at = 0
    while (at < end && this.failure === undefined) {
      at = this.#inPayload ? this.#takePayload(bytes, at, end) : this.#takeHeader(bytes, at, end)
    }
    this.#fed += end
  }

  #takeHeader(bytes: Uint8Array, from: number, end: number): number {
    const header = this.#header
    let at = from
    if (this.#have === 0) this.offset = this.#fed + at
    while (at < end) {
      header[this.#have++] = bytes[at++] ?? 0
      if (this.#have === 2 && !this.#readStart(header[0] ?? 0, header[1] ?? 0)) return at
      if (this.#have === this.#need) {
        this.#begin(header)
        return at
      }
    }
    return at
  }

  /** The first two bytes say what it is and how long its header is. False: it must not be. */
  #readStart(first: number, second: number): boolean {
    this.final = (first & 0x80) !== 0
    this.reserved = (first >> 4) & 7
    this.opcode = first & 0xf
    const short = second & 0x7f
    const masked = (second & 0x80) !== 0
    this.failure = this.#refusal(short, masked)
    if (this.failure !== undefined) return false
    this.#need = 2 + (short === 127 ? 8 : short === 126 ? 2 : 0) + (masked ? 4 : 0)
    return true
  }

  #refusal(short: number, masked: boolean): string | undefined {
    const { opcode, final, reserved } = this
    const { extensions } = this.#rules
    const control = isControl(opcode)
    // RFC 6455 §5.2: not zero without an extension that says what it means. RFC 7692 §6.1: RSV1, on first frames alone.
    const compressed = extensions === 'deflate' && reserved === rsv1 && !control && opcode !== opcodes.continuation
    if (reserved !== 0 && !compressed && extensions !== 'unknown')
      return 'a frame has reserved bits set that mean nothing here'
    // RFC 6455 §5.2: 3 to 7 and 11 to 15 are reserved.
    if ((opcode & 7) > 2) return `a frame has the unknown opcode ${opcode}`
    // RFC 6455 §5.1.
    if (masked !== this.#rules.masked)
      return masked ? 'a frame of the server is masked' : 'a frame of the client is not masked'
    if (control) {
      // RFC 6455 §5.5.
      if (!final) return 'a control frame is fragmented'
      if (short > 125) return 'a control frame is longer than 125 bytes'
      return undefined
    }
    // RFC 6455 §5.4.
    if (opcode === opcodes.continuation && !this.#fragmented) return 'a frame continues a message that has not begun'
    if (opcode !== opcodes.continuation && this.#fragmented) return 'a message begins within another one'
    return undefined
  }

  #begin(header: Uint8Array): void {
    const length = this.#readLength(header)
    if (length === undefined) return
    this.length = length
    this.position = 0
    this.headerLength = this.#need
    const { mask } = this
    // Zeros from the beginning where frames of this direction are not masked.
    if (this.#rules.masked) for (let index = 0; index < 4; index++) mask[index] = header[this.#need - 4 + index] ?? 0
    this.#have = 0
    this.#need = 2
    if (!isControl(this.opcode)) this.#fragmented = !this.final
    this.#inPayload = length > 0
    this.#sink.begin()
    if (length === 0) this.#sink.end()
  }

  /** RFC 6455 §5.2: in network byte order, and in the shortest form. Undefined: it is not. */
  #readLength(header: Uint8Array): number | undefined {
    const short = (header[1] ?? 0) & 0x7f
    if (short < 126) return short
    const size = short === 126 ? 2 : 8
    if (size === 8 && (header[2] ?? 0) >= 0x80) {
      this.failure = 'a frame has a length whose first bit is set'
      return undefined
    }
    let length = 0
    for (let index = 2; index < 2 + size; index++) length = length * 0x100 + (header[index] ?? 0)
    if (length < (size === 2 ? 126 : 0x10000)) this.failure = 'a frame has a length that is not in its shortest form'
    // Valid, but it cannot be counted, nor would it ever end.
    else if (length > Number.MAX_SAFE_INTEGER) this.failure = 'a frame is longer than 8 PiB'
    else return length
    return undefined
  }

  #takePayload(bytes: Uint8Array, from: number, end: number): number {
    const to = Math.min(end, from + this.length - this.position)
    this.#sink.payload(bytes, from, to)
    this.position += to - from
    if (this.position === this.length) {
      this.#inPayload = false
      this.#sink.end()
    }
    return to
  }
}
