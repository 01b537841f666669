/**
 * Heads of HTTP/2 that become lines of text. The first byte of an input says of what, the rest is names and values in turn,
 * with US (0x1f) between them.
 */
import http from 'node:http'
import { isDeepStrictEqual } from 'node:util'
import { defaultWireLimits, parseRequestHead, WireError } from '../../main/http1/index.ts'
import { readMessages, type Message } from '../../main/http1/testing/read-messages.ts'
import { requestList, requestText, responseText, trailerText, type Connects } from '../../main/http2/heads.ts'
import { readStrictly } from '../../main/proxy/framing/testing/strict-reader.ts'
import { readRequests, readResponse } from '../oracle/llhttp.ts'
import { Broken, withoutValues, type Target } from '../target.ts'

const separator = '\x1f'
const kinds = ['request', 'request to a proxy', 'response', 'trailers'] as const
type Kind = (typeof kinds)[number]
type Made = { text: string; chunked: boolean; connects?: Connects | undefined }
const chunks = '2\r\nhi\r\n0\r\n\r\n'

async function check(input: Buffer): Promise<string> {
  const first = input[0] ?? 0
  const kind = kinds[first & 3] ?? 'request'
  const body = (first & 4) !== 0
  const list = input.toString('latin1', 1).split(separator)
  if (list.length % 2 === 1) list.pop()
  let made: Made
  try {
    made = translate(kind, list, body)
  } catch (error) {
    if (error instanceof WireError) return `${kind} refused ${withoutValues(error.message)}`
    throw error
  }
  const side = kind === 'response' ? 'response' : 'request'
  const wire = made.text + contentOf(kind, made, list, body)
  const { messages, end } = readMessages({ side }, [Buffer.from(wire, 'latin1')])
  // What the codec refuses goes nowhere.
  if (typeof end === 'object' || end === 'cut')
    return `${kind} ${typeof end === 'object' ? withoutValues(end.refused) : end}`
  const [message] = messages
  if (!message || messages.length !== 1) throw new Broken('one message becomes one', { wire, messages })
  if (kind !== 'trailers') checkFields(kind, message, list)
  // Its target and what would be its body are refused by whoever opens tunnels, as those of HTTP/1.1.
  if (made.connects === 'tunnel') return `${kind} tunnel`
  const strictly = readStrictly(wire, { side, ended: true })
  if (strictly.messages.length !== 1 || strictly.end !== 'clean' || strictly.messages[0]?.body !== message.body)
    throw new Broken('a reader of another make reads the same', { wire, message, strictly })
  await compare(side, wire, message)
  if (kind === 'request' && made.connects === undefined) checkBack(message, body)
  return `${kind} ${message.framing} ${messages.length} ${Math.min(4, message.fields.length)} ${made.connects}`
}

function translate(kind: Kind, list: readonly string[], body: boolean): Made {
  if (kind === 'response') return responseText(list, body)
  if (kind !== 'trailers') return requestText(list, kind === 'request to a proxy', body)
  const head = 'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n'
  return { text: `${head}2\r\nhi\r\n0\r\n${trailerText(list)}\r\n`, chunked: false }
}

/** As much as the head says. */
function contentOf(kind: Kind, { text, chunked, connects }: Made, list: readonly string[], body: boolean): string {
  if (
    kind === 'trailers' ||
    connects !== undefined ||
    (kind === 'response' && /^HTTP\/1\.1 (?:1..|204|304)/.test(text))
  )
    return ''
  if (chunked) return chunks
  const length = list.find((_, at) => at % 2 === 1 && list[at - 1] === 'content-length')
  if (length === undefined) return kind === 'response' && body ? 'hi' : ''
  return /^ *\d{1,4} *$/.test(length) ? 'x'.repeat(Number(length)) : ''
}

const added = new Set(['host', 'cookie', 'transfer-encoding', 'connection', 'upgrade', 'sec-websocket-key'])

/** What the message says is what the list said, in order. */
function checkFields(kind: Kind, message: Message, list: readonly string[]): void {
  const said: [string, string][] = []
  for (let at = 0; at < list.length; at += 2)
    said.push([list[at] ?? '', (list[at + 1] ?? '').replace(/^[\t ]+|[\t ]+$/g, '')])
  const fields = said.filter(([name]) => !name.startsWith(':') && !added.has(name))
  const found = message.fields.filter(([name]) => !added.has(name))
  if (!isDeepStrictEqual(found, fields)) throw new Broken('fields are those of the list', { found, fields })
  if (kind === 'response') return
  const count = (wanted: string): number => message.fields.filter(([name]) => name === wanted).length
  if (count('host') !== 1 || count('cookie') > 1) throw new Broken('one Host, and one Cookie at most', message)
}

const unknownMethods = new Set([
  'HPE_INVALID_METHOD',
  'HPE_INVALID_CONSTANT',
  'HPE_INVALID_VERSION',
  'HPE_PAUSED_H2_UPGRADE',
])

async function compare(side: 'request' | 'response', wire: string, message: Message): Promise<void> {
  const bytes = Buffer.from(wire, 'latin1')
  const { messages, code } = side === 'request' ? await readRequests(bytes) : await readResponse(bytes, 'GET')
  const [first, second] = message.line
  if (side === 'request' && unknownMethods.has(code ?? '') && !http.METHODS.includes(first)) return
  if (code === 'HPE_INVALID_URL' && /[\x80-\xff]/.test(second)) return
  const [theirs] = messages
  if (messages.length !== 1 || !isDeepStrictEqual(theirs, { line: message.line, body: message.body }))
    throw new Broken('llhttp reads the same', { wire, messages, code })
}

/** To an origin that speaks HTTP/2, and from there the same again. */
function checkBack({ head, fields }: Message, body: boolean): void {
  const list = requestList(parseRequestHead(head, defaultWireLimits), 'https', 'a')
  const again = requestText(list, false, body).text.slice(0, -2)
  const { messages } = readMessages({ side: 'request' }, [Buffer.from(`${again}\r\n`, 'latin1')])
  const found = messages[0]?.fields ?? []
  const without = (pairs: Message['fields']) => pairs.filter(([name]) => name !== 'te' && name !== 'transfer-encoding')
  if (messages.length === 1 && !isDeepStrictEqual(without(found), without(fields)))
    throw new Broken('there and back it is the same', { found, fields })
}

const listed = (first: number, ...list: string[]): Buffer =>
  Buffer.concat([Buffer.of(first), Buffer.from(list.join(separator), 'latin1')])
const pseudo = [':method', 'POST', ':scheme', 'http', ':authority', 'a.test', ':path', '/p?q']

export const http2Heads: Target = {
  name: 'http2-heads',
  seeds: [
    listed(0, ...pseudo, 'b', '1', 'a', '', 'b', '2'),
    listed(4, ...pseudo, 'cookie', 'a=1', 'x', 'y', 'cookie', 'b=2'),
    listed(5, ...pseudo, 'content-length', '5'),
    listed(0, ':method', 'GET', ':scheme', 'https', ':path', '/', 'host', 'b.test'),
    listed(4, ':method', 'CONNECT', ':protocol', 'websocket', ...pseudo.slice(2)),
    listed(4, ':method', 'CONNECT', ':authority', 'a.test:443', 'a', 'b'),
    listed(2, ':status', '204', 'etag', '"a"'),
    listed(6, ':status', '200', 'content-type', 'text/plain', 'set-cookie', 'a', 'set-cookie', 'b'),
    listed(2, ':status', '200', 'content-length', '3'),
    listed(3, 'grpc-status', '0', 'a', '1'),
  ],
  words: [
    separator, ':', '\r\n', '\n', '\r', '\0', ' ', '\t', '\x80', 'transfer-encoding', 'chunked', 'content-length', '5', '0', '+5', '5, 5',
    'host', 'a.test', 'connection', 'close', 'upgrade', 'te', 'trailers', 'expect', '100-continue', 'cookie', ':method', ':path', ':status',
    ':authority', ':scheme', ':protocol', 'websocket', 'http', 'https', '/', '*', 'GET', 'HEAD', 'CONNECT', '100', '101', '103', '200', '204', '304',
    ' HTTP/1.1\r\n', '\r\n\r\nGET /hidden HTTP/1.1\r\n', `${separator}a${separator}b`, 'proxy-connection', 'keep-alive',
  ], // prettier-ignore
  most: 2048,
  check,
}
