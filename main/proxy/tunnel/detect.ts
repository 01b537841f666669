/** What a client speaks inside its tunnel, told from its first bytes. */
export type Spoken = 'tls' | 'http' | 'http2' | 'other' | 'more bytes needed'

const maxMethod = 24

/** All that has come so far; of a few bytes it may have to be asked again, of 26 never. */
export function detectProtocol(bytes: Buffer): Spoken {
  const first = bytes[0]
  if (first === undefined) return 'more bytes needed'
  // RFC 8446 §5.1: a handshake record of version 3.x; one byte would do, two leave no doubt.
  if (first === 0x16) {
    const major = bytes[1]
    if (major === undefined) return 'more bytes needed'
    return major === 3 ? 'tls' : 'other'
  }
  // A request line: METHOD SP and then a path, a URL or "*".
  const start = bytes.toString('latin1', 0, Math.min(bytes.length, maxMethod + 2))
  if (/^[A-Z]{1,24} [/h*]/.test(start)) return start.startsWith('PRI *') ? 'http2' : 'http'
  return /^[A-Z]{1,24} ?$/.test(start) ? 'more bytes needed' : 'other'
}

/** Whether an origin's first bytes are a SETTINGS frame, with which servers of HTTP/2 begin (RFC 9113 §3.4, §6.5). */
export function beginsHttp2(bytes: Buffer): boolean {
  return bytes.length >= 9 && bytes.readUIntBE(0, 3) % 6 === 0 && bytes.readUIntBE(3, 6) === 0x04_00_00000000
}
