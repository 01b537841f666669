import { Fields } from './fields.ts'
import { isToken, refuseForbidden } from './grammar.ts'
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

// RFC 9112 §3: exactly one SP between the parts. A target (§3.2) is a path, "*", or a URL whose authority every reader
// finds the same end of. Bytes from 0x80 on are no URI characters, but clients send them and origins take them.
const authority = "[\\w.~!$&'()*+,;=:@%[\\]-]+"
const pathOrUrl = `/[^ \\t]*|\\*|[A-Za-z]+://${authority}(?:[/?][^ \\t]*)?`
const requestLine = new RegExp(`^([^ ]+) (${pathOrUrl}) HTTP/1\\.([01])$`)
const connectLine = new RegExp(`^(CONNECT) (${authority}) HTTP/1\\.([01])$`)
// RFC 9112 §4: the reason phrase may be empty; its SP may not be missing, but many origins leave it out.
const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: ([\t\x20-\x7e\x80-\xff]*))?$/

/** `text` is what HeadReader found. Throws WireError. */
export function parseRequestHead(text: string, limits: WireLimits): RequestHead {
  refuseForbidden(text)
  const end = text.indexOf('\r\n')
  const line = text.slice(0, end)
  const match = (line.startsWith('CONNECT ') ? connectLine : requestLine).exec(line)
  const [, method = '', target = '', minor] = match ?? []
  if (!match) throw new WireError(explainRequestLine(line), /HTTP\/[2-9]\.\d$/.test(line) ? 505 : 400)
  if (!isToken(method, 0, method.length)) throw new WireError(`the method ${quote(method)} is not a token`)
  return { method, target, version: minor === '0' ? '1.0' : '1.1', fields: parseFields(text, end + 2, limits), text }
}

/** `text` is what HeadReader found. Throws WireError. */
export function parseResponseHead(text: string, limits: WireLimits): ResponseHead {
  refuseForbidden(text)
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
  const fields = new Fields(text)
  for (let at = from; at < text.length;) {
    const end = text.indexOf('\r\n', at)
    const colon = text.indexOf(':', at)
    // Nor is it a token when the colon is missing or on another line.
    if (!isToken(text, at, colon)) throw brokenField(text.slice(at, end), fields.length)
    let first = colon + 1
    let last = end
    while (isBlank(text.charCodeAt(first))) first++
    while (isBlank(text.charCodeAt(last - 1))) last--
    fields.add(at, colon, first, last)
    if (fields.length > limits.fields) throw new WireError(`more than ${limits.fields} fields`, 431)
    at = end + 2
  }
  return fields
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9
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
  if (/HTTP\/\d\.\d$/.test(line) && !/HTTP\/1\.[01]$/.test(line)) {
    return `the request line ${quote(line)} asks for a version that is not HTTP/1.0 or HTTP/1.1`
  }
  const [, method, target] = /^([^ ]+) ([^ \t]+) HTTP\/1\.[01]$/.exec(line) ?? []
  if (target !== undefined) {
    const expected = method === 'CONNECT' ? 'not "host:port"' : 'neither a path nor an absolute URL nor "*"'
    return `the request target ${quote(target)} is ${expected}`
  }
  return `the request line ${quote(line)} is not "METHOD target HTTP/1.1"`
}
