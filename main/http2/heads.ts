/**
 * Heads of HTTP/2 as the HTTP/1.1 heads that mean the same, and back (RFC 9113 §8). Pure, but for the key of a WebSocket.
 * Lists are those of node:http2: names and values in turn, in the order in which they came.
 */
import { createHash, randomBytes } from 'node:crypto'
import {
  isFieldName,
  isFieldValue,
  WireError,
  type Fields,
  type RequestHead,
  type ResponseHead,
} from '../http1/index.ts'

/** RFC 9113 §8.2.2: they are about one connection, and mean nothing here. */
const ofConnection = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade'])

/** RFC 7540 §3.2.1: nor may this go on, which HTTP/1.1 had for changing to HTTP/2. */
const notSentOn = new Set([...ofConnection, 'http2-settings'])

export type RequestText = {
  /** Start line and fields with their CRLFs, and the empty line. */
  text: string
  method: string
  /** The body has to be sent in transfer chunks. */
  chunked: boolean
  /** What it asks for instead of a response; what comes behind the head is no body then. */
  connects: Connects | undefined
}

/** A WebSocket (RFC 8441), or a tunnel to a host (RFC 9113 §8.5). */
export type Connects = 'websocket' | 'tunnel'

/**
 * `absolute`: with the whole URL as its target, as proxies are asked. `body`: more comes behind the head. Throws
 * WireError for what must not become lines of text: such a message is malformed (RFC 9113 §8.1.1).
 */
export function requestText(list: readonly string[], absolute: boolean, body: boolean): RequestText {
  const { pseudo, fields } = sorted(list, [':method', ':scheme', ':authority', ':path', ':protocol'])
  const { ':method': asked = '', ':protocol': protocol, ':scheme': scheme = '', ':path': path = '' } = pseudo
  if (asked === 'CONNECT' && protocol === undefined) return tunnelText(pseudo, fields)
  const upgrades = asked === 'CONNECT' && protocol === 'websocket'
  if (protocol !== undefined && !upgrades) throw new WireError(`a CONNECT for the protocol ${quoted(protocol)}`, 501)
  const method = upgrades ? 'GET' : asked
  if (!isFieldName(method)) throw new WireError('the method is not a token')
  // RFC 9112 §3.2.4
  const star = path === '*' && method === 'OPTIONS'
  if (!path.startsWith('/') && !star) throw new WireError('the path does not begin with "/"')
  if (/[^\x21-\xff]|\x7f/.test(path)) throw new WireError('a character in the path that must not be there')
  if (scheme !== 'http' && scheme !== 'https') throw new WireError('the scheme is neither http nor https')
  const authority = authorityOf(pseudo, fields)
  const hasLength = fields.some(([name]) => name === 'content-length')
  if (upgrades && hasLength) throw new WireError('a WebSocket with a body')
  const chunked = body && !hasLength && !upgrades
  // As a whole URL, that of a server alone means "*".
  const target = absolute ? `${scheme}://${authority}${star ? '' : path}` : path
  let text = `${method} ${target} HTTP/1.1\r\nhost: ${authority}\r\n`
  let cookies = false
  for (const [name, value] of fields) {
    if (name === 'host' || (upgrades && name === 'sec-websocket-key')) continue
    if (name !== 'cookie') {
      text += line(name, value)
      continue
    }
    // RFC 9113 §8.2.3: cookies come apart so that they compress better, and are one field, where the first of them is.
    if (!cookies) text += line(name, crumbs(fields))
    cookies = true
  }
  if (chunked) text += line('transfer-encoding', 'chunked')
  // RFC 8441 §5: what HTTP/1.1 has to say of it is not said in HTTP/2.
  if (upgrades) {
    const key = randomBytes(16).toString('base64')
    text += line('connection', 'Upgrade') + line('upgrade', 'websocket') + line('sec-websocket-key', key)
  }
  return { text: `${text}\r\n`, method, chunked, connects: upgrades ? 'websocket' : undefined }
}

const crumbs = (fields: FieldPairs): string =>
  fields
    .filter(([name]) => name === 'cookie')
    .map(([, value]) => value)
    .join('; ')

/** CONNECT as HTTP/1.1 has it: its authority is its target, and there is nothing else to name. */
function tunnelText(pseudo: Pseudo, fields: FieldPairs): RequestText {
  if (pseudo[':scheme'] !== undefined || pseudo[':path'] !== undefined)
    throw new WireError('a CONNECT with a scheme or a path')
  const authority = authorityOf(pseudo, fields)
  if (/[^\x21-\x7e]/.test(authority)) throw new WireError('a character in the authority that must not be there')
  const others = fields.filter(([name]) => name !== 'host').map(([name, value]) => line(name, value))
  const text = `CONNECT ${authority} HTTP/1.1\r\nhost: ${authority}\r\n${others.join('')}\r\n`
  return { text, method: 'CONNECT', chunked: false, connects: 'tunnel' }
}

function authorityOf(pseudo: Pseudo, fields: FieldPairs): string {
  const hosts = fields.filter(([name]) => name === 'host')
  const authority = pseudo[':authority'] ?? hosts[0]?.[1]
  if (authority === undefined || authority === '') throw new WireError('neither an authority nor a Host field')
  // RFC 9113 §8.3.1, as the next: who disagrees with itself has two readers in mind.
  if (authority.includes('@')) throw new WireError('user information in the authority')
  if (hosts.some(([, host]) => host.toLowerCase() !== authority.toLowerCase()))
    throw new WireError('the authority and the Host field differ')
  return authority
}

/**
 * A response's head; `framed`: its body, whose length nobody has told, comes in transfer chunks. Throws WireError.
 */
export function responseText(list: readonly string[], framed: boolean): { text: string; chunked: boolean } {
  const { pseudo, fields } = sorted(list, [':status'])
  const status = pseudo[':status'] ?? ''
  if (!/^[1-9]\d\d$/.test(status)) throw new WireError('the status is not a number of three digits')
  if (status === '101') throw new WireError('101 within HTTP/2')
  const chunked = framed && !fields.some(([name]) => name === 'content-length')
  const lines = fields.map(([name, value]) => line(name, value)).join('')
  return { text: `HTTP/1.1 ${status} \r\n${lines}${chunked ? line('transfer-encoding', 'chunked') : ''}\r\n`, chunked }
}

/** Trailers as field lines, each with its CRLF. Throws WireError. */
export function trailerText(list: readonly string[]): string {
  return sorted(list, [])
    .fields.map(([name, value]) => line(name, value))
    .join('')
}

/** `target` is in origin-form. */
export function requestList(head: RequestHead, scheme: string, authority: string): string[] {
  const host = head.fields.get('host') ?? authority
  const list = [':method', head.method, ':scheme', scheme, ':authority', host, ':path', head.target]
  return [...list, ...fieldList(head.fields, 'host')]
}

/** The same of an upgrade to a WebSocket (RFC 8441 §5). */
export function upgradeList(head: RequestHead, scheme: string, authority: string): string[] {
  const host = head.fields.get('host') ?? authority
  const list = [':method', 'CONNECT', ':protocol', 'websocket', ':scheme', scheme, ':authority', host]
  return [...list, ':path', head.target, ...fieldList(head.fields, 'host', 'sec-websocket-key')]
}

/** An origin's 2xx to `upgradeList`, as who has sent `key` expects it (RFC 6455 §4.2.2). Throws WireError. */
export function switchedText(list: readonly string[], key: string): string {
  const { fields } = sorted(list, [':status'])
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
  const lines = fields.filter(([name]) => name !== 'content-length').map(([name, value]) => line(name, value))
  const switched = line('connection', 'Upgrade') + line('upgrade', 'websocket') + line('sec-websocket-accept', accept)
  return `HTTP/1.1 101 Switching Protocols\r\n${lines.join('')}${switched}\r\n`
}

/** RFC 8441 §5: 200 stands for 101, and for the answer to a key that nobody has sent; a tunnel is told as it was. */
export function switchedList(head: ResponseHead): string[] {
  return [':status', '200', ...fieldList(head.fields, 'sec-websocket-accept')]
}

/** Names and values in turn, as node:http2 takes them, `:status` first; but for fields of these names. */
export function responseList(head: ResponseHead, ...without: string[]): string[] {
  return [':status', String(head.status), ...fieldList(head.fields, ...without)]
}

/** `lines` as a codec has them: each with its CRLF. What TE would say of the message is no news behind it. */
export function trailerFields(lines: string): Record<string, string[]> {
  const list: string[] = []
  for (const [, name = '', value = ''] of lines.matchAll(/^([^:\r\n]+):[ \t]*([^\r\n]*?)[ \t]*\r$/gm)) {
    const lower = name.toLowerCase()
    if (!notSentOn.has(lower) && lower !== 'te') list.push(lower, value)
  }
  return grouped(list)
}

/** Where the library takes no list: values by their names. */
export function grouped(list: readonly string[]): Record<string, string[]> {
  const fields = Object.create(null) as Record<string, string[]>
  for (let at = 0; at < list.length; at += 2) (fields[list[at] ?? ''] ??= []).push(list[at + 1] ?? '')
  return fields
}

function fieldList(fields: Fields, ...without: string[]): string[] {
  const list: string[] = []
  const named = new Set(fields.tokens('connection'))
  for (let index = 0; index < fields.length; index++) {
    const name = fields.name(index).toLowerCase()
    if (without.includes(name) || notSentOn.has(name) || (named.has(name) && name !== 'te')) continue
    const value = fields.value(index)
    // RFC 9113 §8.2.2: of all it may say, only this is not about the connection.
    if (name === 'te' && !/(^|,)\s*trailers\s*(,|$)/i.test(value)) continue
    list.push(name, name === 'te' ? 'trailers' : value)
  }
  return list
}

type Pseudo = Record<string, string | undefined>
type FieldPairs = [name: string, value: string][]

function sorted(list: readonly string[], known: readonly string[]): { pseudo: Pseudo; fields: FieldPairs } {
  const pseudo: Pseudo = {}
  const fields: FieldPairs = []
  for (let at = 0; at < list.length; at += 2) {
    const name = list[at] ?? ''
    const value = list[at + 1] ?? ''
    // What the library lets through depends on its version; what becomes a line of text does not.
    if (!isFieldValue(value)) throw new WireError(`a value of ${quoted(name)} has characters that must not be there`)
    if (name.startsWith(':')) {
      if (fields.length > 0 || !known.includes(name) || pseudo[name] !== undefined)
        throw new WireError(`${quoted(name)} is unknown, or comes twice, or too late`)
      pseudo[name] = value
      continue
    }
    if (!isFieldName(name) || /[A-Z]/.test(name)) throw new WireError(`${quoted(name)} is no name of a field`)
    if (ofConnection.has(name)) throw new WireError(`${quoted(name)}, which is for HTTP/1.1 alone`)
    fields.push([name, trimmed(value)])
  }
  return { pseudo, fields }
}

/** RFC 9110 §5.5: white space around a value is none of it. No pattern: one would take the square of a long run's length. */
function trimmed(value: string): string {
  let [from, to] = [0, value.length]
  while (from < to && isBlank(value.charCodeAt(from))) from++
  while (from < to && isBlank(value.charCodeAt(to - 1))) to--
  return to - from === value.length ? value : value.slice(from, to)
}

const isBlank = (code: number): boolean => code === 32 || code === 9

const line = (name: string, value: string): string => `${name}: ${value}\r\n`

const quoted = (text: string): string => JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}…` : text)
