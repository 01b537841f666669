/**
 * Reads the ClientHello that opens a TLS connection (RFC 8446 §4.1.2), to know whom the client wants before the
 * handshake begins. Bytes in, values out: the caller keeps them, and hands on the same bytes afterwards.
 */
import { ByteReader } from './byte-reader.ts'

export type ClientHello =
  /** What came so far is the beginning of a hello; call again with more behind it. */
  | { state: 'partial' }
  | { state: 'not-tls'; why: string }
  /** `alpn` and `versions` ("TLSv1.3") in the client's order, without GREASE (RFC 8701). */
  | { state: 'hello'; serverName: string | undefined; alpn: string[]; versions: string[] }

const largestHello = 64 * 1024
const largestRecord = 16 * 1024 // RFC 8446 §5.1
/** Clients use one to three; each read of a hello looks at all of them again. */
const mostRecords = 1024
const handshakeRecord = 22
const clientHello = 1
const serverNameExtension = 0
const alpnExtension = 16
const versionsExtension = 43

/** `bytes` is all that came since the connection opened. The answer to no bytes at all is 'partial'. */
export function readClientHello(bytes: Buffer): ClientHello {
  const found = handshakeMessage(bytes)
  return Buffer.isBuffer(found) ? readBody(new ByteReader(found)) : found
}

/** Takes the first handshake message out of its records: a client may split it at any byte (RFC 8446 §5.1). */
function handshakeMessage(bytes: Buffer): Buffer | ClientHello {
  const fragments: Buffer[] = []
  let gathered = 0
  let wanted = 4 // the message's own header, until that has said more
  const records = new ByteReader(bytes)
  while (gathered < wanted) {
    const type = records.number(1)
    if (type === undefined) break
    if (type !== handshakeRecord) return notTls('it does not begin with a TLS handshake record')
    const major = records.number(1)
    if (major === undefined) break
    if (major !== 3) return notTls('its record is of no known TLS version')
    if (records.number(1) === undefined) break
    const length = records.number(2)
    if (length === undefined) break
    // RFC 8446 §5.1: handshake fragments are not empty. Without this, a flood of nothing would never end.
    if (length === 0 || length > largestRecord) return notTls(`a handshake record cannot be ${length} bytes long`)
    if (fragments.length === mostRecords) return notTls(`its ClientHello is in more than ${mostRecords} records`)
    const fragment = records.take(Math.min(length, records.left)) ?? Buffer.alloc(0)
    fragments.push(fragment)
    gathered += fragment.length
    const first = fragments[0]?.[0]
    if (first !== undefined && first !== clientHello) return notTls('its first handshake message is not a ClientHello')
    if (wanted === 4 && gathered >= 4) wanted += Buffer.concat(fragments, 4).readUIntBE(1, 3)
    if (wanted > largestHello) return notTls(`its ClientHello is larger than ${largestHello / 1024} KiB`)
    if (fragment.length < length) break
  }
  // One-byte fragments take six bytes each.
  if (gathered < wanted)
    return bytes.length <= largestHello ? { state: 'partial' } : notTls('its ClientHello has no end')
  return Buffer.concat(fragments, wanted).subarray(4)
}

function readBody(body: ByteReader): ClientHello {
  const legacyVersion = body.number(2)
  const fixed = body.take(32) && body.vector(1) && body.vector(2) && body.vector(1) // random, session, ciphers, compression
  if (legacyVersion === undefined || !fixed) return malformed
  let serverName: string | undefined
  let alpn: string[] = []
  let versions = [versionName(legacyVersion)]
  // Extensions may be absent altogether before TLS 1.3.
  const block = body.left === 0 ? nothing : body.vector(2)
  if (!block) return malformed
  const extensions = new ByteReader(block)
  while (extensions.left > 0) {
    const type = extensions.number(2)
    const data = extensions.vector(2)
    if (type === undefined || !data) return malformed
    if (type === serverNameExtension) serverName = readServerName(new ByteReader(data))
    if (type === alpnExtension) alpn = readAlpn(new ByteReader(data))
    if (type === versionsExtension) versions = readVersions(new ByteReader(data))
  }
  return { state: 'hello', serverName, alpn, versions }
}

/** RFC 6066 §3. A name that is none (hostile, or an address in colons) counts as absent. */
function readServerName(data: ByteReader): string | undefined {
  const list = new ByteReader(data.vector(2) ?? nothing)
  for (let type = list.number(1); type !== undefined; type = list.number(1)) {
    const name = list.vector(2)?.toString('latin1').toLowerCase().replace(/\.$/, '')
    if (name === undefined) return undefined
    if (type === 0) return /^[a-z0-9._-]{1,253}$/.test(name) ? name : undefined
  }
  return undefined
}

/** RFC 7301 §3.1. Any bytes may be a protocol's name: latin1. */
function readAlpn(data: ByteReader): string[] {
  const protocols: string[] = []
  const list = new ByteReader(data.vector(2) ?? nothing)
  for (let name = list.vector(1); name; name = list.vector(1)) {
    if (!(name.length === 2 && isGrease(name.readUInt16BE()))) protocols.push(name.toString('latin1'))
  }
  return protocols
}

/** RFC 8446 §4.2.1 */
function readVersions(data: ByteReader): string[] {
  const versions: string[] = []
  const list = new ByteReader(data.vector(1) ?? nothing)
  for (let version = list.number(2); version !== undefined; version = list.number(2)) {
    if (!isGrease(version)) versions.push(versionName(version))
  }
  return versions
}

function versionName(version: number): string {
  if (version === 0x0300) return 'SSLv3'
  if (version === 0x0301) return 'TLSv1'
  if (version > 0x0301 && version <= 0x0304) return `TLSv1.${version - 0x0301}`
  return `0x${version.toString(16).padStart(4, '0')}`
}

/** RFC 8701 §2: 0x0a0a, 0x1a1a, … 0xfafa */
function isGrease(value: number): boolean {
  return (value & 0x0f0f) === 0x0a0a && value >> 8 === (value & 0xff)
}

const nothing = Buffer.alloc(0)
const malformed: ClientHello = { state: 'not-tls', why: 'its ClientHello is malformed' }

function notTls(why: string): ClientHello {
  return { state: 'not-tls', why }
}
