/** The HTTP/1 codec on whole connections: requests and responses. */
import http from 'node:http'
import { isDeepStrictEqual } from 'node:util'
import { corpus } from '../../main/http1/testing/corpus.ts'
import { readMessages, type Message, type Outcome, type Reading } from '../../main/http1/testing/read-messages.ts'
import { isInterim, readStrictly } from '../../main/proxy/framing/testing/strict-reader.ts'
import { readRequests, readResponse, type Verdict } from '../oracle/llhttp.ts'
import type { Random } from '../random.ts'
import { Broken, someCuts, withoutValues, type Target } from '../target.ts'

type Side = Reading['side']

const words = [
  '\r\n', '\r\n\r\n', '\n', '\r', '\n\n', ' ', '\t', ':', ',', ';', '=', '"', '\\', '\0', '\x0b', '\x80',
  'Content-Length: 5\r\n', 'Content-Length: 0\r\n', 'Transfer-Encoding: chunked\r\n', 'Transfer-Encoding', 'Content-Length',
  'chunked', ', chunked', 'identity', '+5', '0x5', '5, 5', ' HTTP/1.1\r\n', ' HTTP/1.0\r\n', 'HTTP/1.1 ', 'HTTP/1.1 200 OK\r\n',
  'HTTP/1.1 103 Early Hints\r\n', 'HTTP/1.1 204 No Content\r\n', 'HTTP/1.1 101 Switch\r\n', 'GET / HTTP/1.1\r\n', 'POST / HTTP/1.1\r\n',
  'CONNECT a:1 HTTP/1.1\r\n', 'http://a/', 'Host: a\r\n', 'Connection: close\r\n', 'Connection: keep-alive\r\n', 'Upgrade: websocket\r\n',
  'Expect: 100-continue\r\n', 'Trailer: a\r\n', '0\r\n\r\n', '5\r\nhello\r\n', ';a=b', ';a="b"', ' folded\r\n', 'a: b\r\n',
] // prettier-ignore

function target(name: string, side: Side): Target {
  const all = corpus.filter((example) => example.side === side && !example.limits && !example.methods)
  const seeds = all.map(({ bytes }) => Buffer.from(bytes, 'latin1'))
  return { name, seeds, words, most: 8192, check: (input, random) => check(side, input, random) }
}

export const requests = target('requests', 'request')
export const responses = target('responses', 'response')

async function check(side: Side, input: Buffer, random: Random): Promise<string> {
  const reading: Reading = { side, ...(random.below(4) === 0 && { limits: { head: 200, fields: 4, extensions: 8 } }) }
  const whole = readMessages(reading, [input])
  for (const pieces of someCuts(input, random)) {
    const cut = readMessages(reading, pieces)
    if (!isDeepStrictEqual(cut, whole)) throw new Broken('reads the same however it is cut', { whole, cut })
  }
  for (const message of whole.messages) checkForwarded(reading, message)
  compare(side, whole, side === 'request' ? await readRequests(input) : await readResponse(input, 'GET'))
  const { end, messages, broken } = whole
  const kinds = messages.map(({ framing, trailers }) => `${framing}${trailers === undefined ? '' : '+'}`)
  const ending = typeof end === 'object' ? withoutValues(end.refused) : end
  return `${kinds.slice(0, 3).join()} ${broken?.framing ?? ''} ${ending}`
}

/** What is sent on of a message is that message to every reader. */
function checkForwarded(reading: Reading, message: Message): void {
  const [first, second] = message.line
  if (first === 'CONNECT') return
  const wire = `${message.head}\r\n${message.forwarded}`
  const again = readMessages(reading, [Buffer.from(wire, 'latin1')])
  if (again.messages.length !== 1 || !isDeepStrictEqual(again.messages[0], message))
    throw new Broken('what is sent on reads as what was read', { message, again })
  const { messages, end } = readStrictly(wire, { side: reading.side, ended: true })
  const [strictly] = messages
  if (messages.length !== 1 || end !== 'clean' || strictly?.body !== message.body || !strictly.line.includes(second))
    throw new Broken('a reader of another make reads the same', { message, messages, end })
}

/** Of methods that it does not know; and of those of RTSP and HTTP/2, which it knows behind no HTTP/1.1. */
const methodCodes = new Set([
  'HPE_INVALID_METHOD',
  'HPE_INVALID_CONSTANT',
  'HPE_INVALID_VERSION',
  'HPE_PAUSED_H2_UPGRADE',
])

/** What llhttp refuses is refused, but for two things that have nothing to do with framing. */
function compare(side: Side, { messages }: Outcome, theirs: Verdict): void {
  // Node's client reads one final answer.
  const final =
    side === 'response' ? messages.findIndex(({ line: [, status] }) => !isInterim(`HTTP/1.1 ${status}`)) : -1
  const ours = (final === -1 ? messages : messages.slice(0, final + 1)).map(({ line, body }) => ({ line, body }))
  const common = Math.min(ours.length, theirs.messages.length)
  if (!isDeepStrictEqual(ours.slice(0, common), theirs.messages.slice(0, common)))
    throw new Broken('llhttp reads the same', { ours, theirs })
  const more = ours[common]
  if (!more) return
  // An interim head says nothing of its connection that we would believe, or send on.
  if (theirs.code === 'HPE_CLOSED_CONNECTION' && isInterim(`HTTP/1.1 ${theirs.messages.at(-1)?.line[1] ?? ''}`)) return
  const [method, text] = more.line
  if (methodCodes.has(theirs.code ?? '') && !http.METHODS.includes(method)) return
  if (theirs.code === 'HPE_INVALID_URL' && /[\x80-\xff]/.test(text)) return
  throw new Broken('what llhttp refuses is refused', { ours, theirs })
}
