import { Fields } from './fields.ts'
import { isLineEnd, isToken, isVisible, lineEnd, refuseForbidden, tokenEnd } from './grammar.ts'
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
const authorityForm = new RegExp(`^${authority}$`)
const absoluteForm = new RegExp(`^[A-Za-z]+://${authority}(?:[/?]|$)`)

/** `text` is what HeadReader found. Throws WireError. */
export function parseRequestHead(text: string, limits: WireLimits): RequestHead {
  const methodEnd = text.indexOf(' ')
  const targetEnd = text.indexOf(' ', methodEnd + 1)
  const end = targetEnd + ' HTTP/1.1'.length
  const method = text.slice(0, Math.max(0, methodEnd))
  const target = text.slice(methodEnd + 1, targetEnd)
  const version = versionAt(text, targetEnd + 1)
  if (!version || !isLineEnd(text, end) || !isVisible(text, methodEnd + 1, targetEnd) || !isTarget(method, target)) {
    refuseForbidden(text)
    const line = text.slice(0, text.indexOf('\r\n'))
    throw new WireError(explainRequestLine(line), /HTTP\/[2-9]\.\d$/.test(line) ? 505 : 400)
  }
  if (!isToken(method, 0, method.length)) {
    refuseForbidden(text)
    throw new WireError(`the method ${quote(method)} is not a token`)
  }
  return { method, target, version, fields: parseFields(text, end + 2, limits), text }
}

function isTarget(method: string, target: string): boolean {
  if (method === 'CONNECT') return authorityForm.test(target)
  return target.startsWith('/') || target === '*' || absoluteForm.test(target)
}

/** `text` is what HeadReader found. Throws WireError. */
export function parseResponseHead(text: string, limits: WireLimits): ResponseHead {
  const version = versionAt(text, 0)
  const status = text.charCodeAt(8) === 32 ? statusAt(text, 9) : -1
  // RFC 9112 §4: the reason phrase may be empty; its SP may not be missing, but many origins leave it out.
  const reasonAt = text.charCodeAt(12) === 32 ? 13 : 12
  const end = reasonAt === 13 || isLineEnd(text, 12) ? lineEnd(text, reasonAt) : -1
  if (!version || status === -1 || end === -1) {
    refuseForbidden(text)
    throw new WireError(`the status line ${quote(text.slice(0, text.indexOf('\r\n')))} is not HTTP/1`)
  }
  return { status, reason: text.slice(reasonAt, end), version, fields: parseFields(text, end + 2, limits), text }
}

function versionAt(text: string, at: number): HttpVersion | undefined {
  if (!text.startsWith('HTTP/1.', at)) return undefined
  const minor = text.charCodeAt(at + 7)
  return minor === 0x31 ? '1.1' : minor === 0x30 ? '1.0' : undefined
}

/** Three digits, the first of which is not 0; or -1. */
function statusAt(text: string, at: number): number {
  let status = 0
  for (let index = at; index < at + 3; index++) {
    const digit = text.charCodeAt(index) - 0x30
    if (!(digit >= 0 && digit <= 9)) return -1
    status = status * 10 + digit
  }
  return status >= 100 ? status : -1
}

/**
 * The field lines of text from `from` to its end (RFC 9112 §5), each ended by CRLF. One pass over every byte: what may
 * stand nowhere in a head is looked for again only when something is wrong, to tell of it first.
 */
export function parseFields(text: string, from: number, limits: WireLimits): Fields {
  const fields = new Fields(text)
  for (let at = from; at < text.length;) {
    const colon = tokenEnd(text, at)
    const end = lineEnd(text, colon)
    if (colon === at || text.charCodeAt(colon) !== 0x3a || end === -1) {
      refuseForbidden(text)
      throw brokenField(text.slice(at, text.indexOf('\r\n', at)), fields.length)
    }
    let first = colon + 1
    let last = end
    while (isBlank(text.charCodeAt(first))) first++
    while (isBlank(text.charCodeAt(last - 1))) last--
    fields.add(at, colon, first, last)
    if (fields.length > limits.fields) {
      refuseForbidden(text)
      throw new WireError(`more than ${limits.fields} fields`, 431)
    }
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
