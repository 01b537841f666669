import type { RequestHead, ResponseHead } from './head.ts'
import type { Fields } from './fields.ts'
import { WireError, quote } from './wire-error.ts'

/** How a body ends (RFC 9112 §6.3). `close`: with the connection. */
export type Framing = { kind: 'none' } | { kind: 'length'; length: number } | { kind: 'chunked' } | { kind: 'close' }

const none: Framing = { kind: 'none' }
const chunked: Framing = { kind: 'chunked' }
const close: Framing = { kind: 'close' }

/** Throws WireError for whatever two readers could understand in two ways. */
export function requestFraming(head: RequestHead): Framing {
  return declaredFraming(head.fields, head.version) ?? none
}

/** `method` is that of the request this answers. Throws WireError, also when what is wrong would not be used. */
export function responseFraming(head: ResponseHead, method: string): Framing {
  const declared = declaredFraming(head.fields, head.version)
  if (method === 'HEAD' || head.status < 200 || head.status === 204 || head.status === 304) return none
  if (method === 'CONNECT' && head.status < 300) return none
  return declared ?? close
}

function declaredFraming(fields: Fields, version: string): Framing | undefined {
  const coding = fields.joined('transfer-encoding')
  const length = fields.joined('content-length')
  if (coding !== undefined) {
    // RFC 9112 §6.1: both together are a sign of request smuggling; and HTTP/1.0 has no transfer codings.
    if (length !== undefined) throw new WireError('both Transfer-Encoding and Content-Length are given')
    if (version === '1.0') throw new WireError('Transfer-Encoding in an HTTP/1.0 message')
    // RFC 9110 §5.6.3 allows it, but many parsers, llhttp among them, take "chunked" behind a tab for another coding.
    if (fields.hasTab('transfer-encoding')) throw new WireError('a tab in Transfer-Encoding')
    // Not the 501 of RFC 9112 §6.1: nobody sends another coding any more but to be read in two ways.
    if (coding.toLowerCase() !== 'chunked') throw new WireError(`the transfer coding ${quote(coding)} is not "chunked"`)
    return chunked
  }
  if (length === undefined) return undefined
  if (fields.count('content-length') > 1) throw new WireError('several Content-Length fields')
  const value = decimal(length)
  if (value === -1) throw new WireError(`the Content-Length ${quote(length)} is not a number`)
  if (!Number.isSafeInteger(value)) throw new WireError(`the Content-Length ${quote(length)} is too large`)
  return { kind: 'length', length: value }
}

/** The value of one or more digits; -1 for anything else. */
function decimal(text: string): number {
  let value = 0
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 0x30
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return text === '' ? -1 : value
}
