/**
 * SOCKS5 (RFC 1928) as far as we speak it: no authentication, CONNECT. Bytes in, values out; what is needed is at most
 * 262 bytes, so nobody has to hold more. Pure.
 */

/** A message and where it ends; or more bytes are needed; or it is refused, in words, with an answer. */
export type Read<T> =
  { state: 'partial' } | { state: 'read'; value: T; end: number } | { state: 'refused'; why: string; answer: Buffer }

export const version = 5

/** §3: the only method we have. */
export const noAuthentication = Buffer.from([version, 0])

/** §6; the bound address is not told, as the connection is still being made. */
export const succeeded = reply(0)
const generalFailure = reply(1)
const commandNotSupported = reply(7)
const addressNotSupported = reply(8)

function reply(code: number): Buffer {
  return Buffer.from([version, code, 0, 1, 0, 0, 0, 0, 0, 0])
}

/** §3: VER NMETHODS METHODS. */
export function readGreeting(bytes: Buffer): Read<undefined> {
  const [found, count] = bytes
  if (found === undefined) return { state: 'partial' }
  if (found !== version) return { state: 'refused', why: notVersion(found), answer: Buffer.alloc(0) }
  if (count === undefined || bytes.length < 2 + count) return { state: 'partial' }
  if (bytes.subarray(2, 2 + count).includes(0)) return { state: 'read', value: undefined, end: 2 + count }
  const why = 'it offers no way without authentication, and Spillway has no users'
  return { state: 'refused', why, answer: Buffer.from([version, 0xff]) }
}

/** §4: VER CMD RSV ATYP DST.ADDR DST.PORT, of which only CONNECT is done. The host is a name or an address as it came. */
export function readRequest(bytes: Buffer): Read<{ host: string; port: number }> {
  const [found, command, , kind] = bytes
  if (found === undefined) return { state: 'partial' }
  if (found !== version) return { state: 'refused', why: notVersion(found), answer: generalFailure }
  if (command === undefined || kind === undefined) return { state: 'partial' }
  if (command !== 1) {
    const name = { 2: 'BIND', 3: 'UDP ASSOCIATE' }[command] ?? `${command}`
    return { state: 'refused', why: `the command ${name} is not supported, only CONNECT`, answer: commandNotSupported }
  }
  const length = addressLength(kind, bytes[4])
  if (length === 'unknown') {
    return { state: 'refused', why: `addresses of type ${kind} are not known`, answer: addressNotSupported }
  }
  // A name has its length before it.
  const start = kind === 3 ? 5 : 4
  if (length === undefined || bytes.length < start + length + 2) return { state: 'partial' }
  const host = addressText(kind, bytes.subarray(start, start + length))
  const port = bytes.readUInt16BE(start + length)
  if (host === undefined) return { state: 'refused', why: 'the name of its host is none', answer: generalFailure }
  if (port === 0) return { state: 'refused', why: 'there is no port 0', answer: generalFailure }
  return { state: 'read', value: { host, port }, end: start + length + 2 }
}

const notVersion = (found: number): string => `it begins with version ${found} of SOCKS instead of ${version}`

function addressLength(kind: number, first: number | undefined): number | undefined | 'unknown' {
  switch (kind) {
    case 1:
      return 4
    case 3:
      return first
    case 4:
      return 16
    default:
      return 'unknown'
  }
}

function addressText(kind: number, bytes: Buffer): string | undefined {
  if (kind === 1) return bytes.join('.')
  if (kind === 4) {
    const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16))
    // The usual short form.
    return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
  }
  const name = bytes.toString('latin1').toLowerCase()
  // Some clients send every host as a name, addresses too.
  if (name.includes(':')) return URL.canParse(`http://[${name}]`) && /^[\da-f:.]+$/.test(name) ? name : undefined
  // RFC 3986 §3.2.2 without percent-encoding, as in the other ways to us.
  return /^[a-z\d._~!$&'()*+,;=-]+$/.test(name) ? name : undefined
}
