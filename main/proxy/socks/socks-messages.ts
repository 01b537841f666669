/**
 * SOCKS5 (RFC 1928) as far as we speak it: no authentication or user and password (RFC 1929), CONNECT. Bytes in, values
 * out; what is needed is at most 513 bytes, so nobody has to hold more. Pure.
 */

/** A message and where it ends; or more bytes are needed; or it is refused, in words, with an answer. */
export type Read<T> =
  { state: 'partial' } | { state: 'read'; value: T; end: number } | { state: 'refused'; why: string; answer: Buffer }

export const version = 5

/** §3 */
export const methods = { none: 0, password: 2 } as const
export type Method = (typeof methods)[keyof typeof methods]

/** §3: how the client may say who it is. */
export const chosen = (method: Method): Buffer => Buffer.from([version, method])

/** RFC 1929 §2 */
const loginVersion = 1
export const loggedIn = Buffer.from([loginVersion, 0])
export const notLoggedIn = Buffer.from([loginVersion, 1])

/** §6; the bound address is not told, as the connection is still being made. */
export const succeeded = reply(0)
const generalFailure = reply(1)
const commandNotSupported = reply(7)
const addressNotSupported = reply(8)

function reply(code: number): Buffer {
  return Buffer.from([version, code, 0, 1, 0, 0, 0, 0, 0, 0])
}

/** §3: VER NMETHODS METHODS; one of them has to be `method`. */
export function readGreeting(bytes: Buffer, method: Method = methods.none): Read<undefined> {
  const [found, count] = bytes
  if (found === undefined) return { state: 'partial' }
  if (found !== version) return { state: 'refused', why: notVersion(found), answer: Buffer.alloc(0) }
  if (count === undefined || bytes.length < 2 + count) return { state: 'partial' }
  if (bytes.subarray(2, 2 + count).includes(method)) return { state: 'read', value: undefined, end: 2 + count }
  const why =
    method === methods.none
      ? 'it offers no way without authentication, and Spillway has no users'
      : 'this proxy wants a user and a password, and the client offers none'
  return { state: 'refused', why, answer: Buffer.from([version, 0xff]) }
}

/** RFC 1929 §2: VER ULEN UNAME PLEN PASSWD. */
export function readLogin(bytes: Buffer): Read<{ user: Buffer; password: Buffer }> {
  const [found, length] = bytes
  if (found === undefined) return { state: 'partial' }
  if (found !== loginVersion) {
    const why = `its user and password begin with version ${found} instead of ${loginVersion}`
    return { state: 'refused', why, answer: notLoggedIn }
  }
  if (length === undefined) return { state: 'partial' }
  const behind = 2 + length
  const passwordLength = bytes[behind]
  if (passwordLength === undefined || bytes.length < behind + 1 + passwordLength) return { state: 'partial' }
  const end = behind + 1 + passwordLength
  return { state: 'read', value: { user: bytes.subarray(2, behind), password: bytes.subarray(behind + 1, end) }, end }
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
