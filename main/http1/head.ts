import { Fields } from './fields.ts'
import { forbiddenInHead, isToken } from './grammar.ts'
import type { WireLimits } from './limits.ts'
import { WireError, quote } from './wire-error.ts'

export type HttpVersion = '1.0' | '1.1'

export type RequestHead = {
  method: string
  /** As it came: origin-form, absolute-form, authority-form or "*" (RFC 9112 §3.2). */
  target: string
  version: HttpVersion
  fields: Fields
  /** Start line and fields, each with its CRLF, without the empty line. */
  text: string
}

export type ResponseHead = { status: number; reason: string; version: HttpVersion; fields: Fields; text: string }

// RFC 9112 §3: exactly one SP between the parts; the target has no white space and no controls. Bytes from 0x80 on
// are no URI characters, but clients send them and origins take them.
const requestLine = /^([^ ]+) ([^ \t]+) HTTP\/1\.([01])$/
// RFC 9112 §4: the reason phrase may be empty; its SP may not be missing, but many origins leave it out.
const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: ([\t\x20-\x7e\x80-\xff]*))?$/

/** `text` is what HeadReader found. Throws WireError. */
export function parseRequestHead(text: string, limits: WireLimits): RequestHead {
  refuseControls(text)
  const end = text.indexOf('\r\n')
  const line = text.slice(0, end)
  const match = requestLine.exec(line)
  const [, method = '', target = '', minor] = match ?? []
  if (!match) throw new WireError(explainRequestLine(line), /HTTP\/[2-9]\.\d$/.test(line) ? 505 : 400)
  if (!isToken(method, 0, method.length)) throw new WireError(`the method ${quote(method)} is not a token`)
  return { method, target, version: minor === '0' ? '1.0' : '1.1', fields: parseFields(text, end + 2, limits), text }
}

/** `text` is what HeadReader found. Throws WireError. */
export function parseResponseHead(text: string, limits: WireLimits): ResponseHead {
  refuseControls(text)
  const end = text.indexOf('\r\n')
  const line = text.slice(0, end)
  const match = statusLine.exec(line)
  if (!match) throw new WireError(`the status line ${quote(line)} is not HTTP/1`)
  const [, minor, status, reason = ''] = match
  const fields = parseFields(text, end + 2, limits)
  return { status: Number(status), reason, version: minor === '0' ? '1.0' : '1.1', fields, text }
}

/** The field lines of text from `from` to its end (RFC 9112 §5), each ended by CRLF. */
export function parseFields(text: string, from: number, limits: WireLimits): Fields {
  const fields = new Fields()
  for (let at = from; at < text.length;) {
    const end = text.indexOf('\r\n', at)
    const colon = text.indexOf(':', at)
    if (colon === -1 || colon > end || !isToken(text, at, colon)) throw brokenField(text.slice(at, end), fields.length)
    let first = colon + 1
    let last = end
    while (isBlank(text.charCodeAt(first)) && first < last) first++
    while (last > first && isBlank(text.charCodeAt(last - 1))) last--
    fields.names.push(text.slice(at, colon))
    fields.values.push(text.slice(first, last))
    fields.starts.push(at)
    if (fields.length > limits.fields) throw new WireError(`more than ${limits.fields} fields`, 431)
    at = end + 2
  }
  return fields
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9
}

function refuseControls(text: string): void {
  const match = forbiddenInHead.exec(text)
  if (!match) return
  const line = text.slice(0, match.index).split('\r\n').length
  throw new WireError(`line ${line}: the character ${quote(match[0])} may not stand in a head`)
}

function brokenField(line: string, index: number): WireError {
  const where = `field ${index + 1}, ${quote(line)}`
  if (isBlank(line.charCodeAt(0))) {
    // RFC 9112 §5.2 (line folding) and §2.2 (white space before the first field).
    const what = index === 0 ? 'white space before the first field' : 'line folding'
    return new WireError(`${where}: ${what}`)
  }
  const colon = line.indexOf(':')
  if (colon === -1) return new WireError(`${where}: no colon`)
  if (colon === 0) return new WireError(`${where}: the name is empty`)
  // RFC 9112 §5.1: no white space is allowed between name and colon.
  if (isBlank(line.charCodeAt(colon - 1))) return new WireError(`${where}: white space before the colon`)
  return new WireError(`${where}: the name has a character that is not allowed`)
}

function explainRequestLine(line: string): string {
  if (line.charCodeAt(0) === 0x16) return 'this looks like TLS, sent where plain HTTP is spoken'
  if (/HTTP\/\d\.\d$/.test(line) && !/HTTP\/1\.[01]$/.test(line)) {
    return `the request line ${quote(line)} asks for a version that is not HTTP/1.0 or HTTP/1.1`
  }
  return `the request line ${quote(line)} is not "METHOD target HTTP/1.1"`
}
