/** The chunked decoder by itself, beside a reader of another make that has to agree in both directions. */
import {
  WireError,
  defaultWireLimits,
  encodeChunk,
  followBody,
  lastChunk,
  type WireLimits,
} from '../../main/http1/index.ts'
import { forwardable } from '../../main/http1/testing/forwardable.ts'
import { readStrictly } from '../../main/proxy/framing/testing/strict-reader.ts'
import type { Random } from '../random.ts'
import { Broken, someCuts, withoutValues, type Target } from '../target.ts'

type Result = { content: string; sent: string; end: number | string; trailers: string | undefined; chunks: number }

const narrow: WireLimits = { head: 64, fields: 4, extensions: 16 }

function decode(pieces: readonly Buffer[], limits: WireLimits): Result {
  const body = followBody({ kind: 'chunked' }, limits)
  // A size line: 16 digits, a semicolon for every byte of an extension, CRLF. Then the trailers.
  const most = 16 + 2 * limits.extensions + 2 + limits.head
  const result: Result = { content: '', sent: '', end: 'cut', trailers: undefined, chunks: 0 }
  let fed = 0
  for (const piece of pieces) {
    let end = piece.length
    let refused: string | undefined
    try {
      end = body.feed(piece, 0)
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      refused = error.message
    }
    for (let at = 0; at < body.pieces.length; at += 2)
      result.content += piece.toString('latin1', body.pieces[at], body.pieces[at + 1])
    result.sent += (body.carried?.toString('latin1') ?? '') + piece.toString('latin1', 0, body.accepted)
    result.chunks = body.chunks
    fed += end
    if (refused !== undefined) return { ...result, end: refused }
    if (fed - result.sent.length > most) throw new Broken('what is held is bounded', { held: fed - result.sent.length })
    if (body.done) return { ...result, end: fed, trailers: body.trailers }
  }
  return result
}

function check(input: Buffer, random: Random): string {
  for (const limits of [narrow, defaultWireLimits]) {
    const whole = decode([input], limits)
    for (const pieces of someCuts(input, random)) {
      const cut = decode(pieces, limits)
      if (JSON.stringify(cut) !== JSON.stringify(whole))
        throw new Broken('reads the same however it is cut', { whole, cut })
    }
    if (!forwardable(whole.sent)) throw new Broken('nothing goes out but whole lines', whole)
  }
  const whole = decode([input], defaultWireLimits)
  const head = 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n'
  const [strictly] = readStrictly(head + input.toString('latin1'), { side: 'request' }).messages
  const done = typeof whole.end === 'number'
  const agreed =
    done && strictly
      ? strictly.body === whole.content && strictly.length - head.length === whole.end
      : !done && !strictly
  if (!agreed) throw new Broken('a reader of another make reads the same', { whole, strictly })
  if (done) {
    const again = Buffer.concat([encodeChunk(Buffer.from(whole.content, 'latin1')), lastChunk(whole.trailers)])
    const { content, end, trailers } = decode([again], defaultWireLimits)
    if (content !== whole.content || end !== again.length || trailers !== whole.trailers)
      throw new Broken('what is written anew is read again', { whole, again: again.toString('latin1') })
  }
  return `${Math.min(whole.chunks, 3)} ${whole.trailers === undefined} ${done ? 'done' : withoutValues(String(whole.end))}`
}

export const chunks: Target = {
  name: 'chunks',
  seeds: [
    '5\r\nhello\r\n0\r\n\r\n',
    '1;a;b=c;d="e\\"f";g=""\r\nx\r\n00F\r\n0123456789abcde\r\n0;last\r\nA: b\r\nc:\r\n\r\n',
    '0\r\n\r\nGET / HTTP/1.1\r\n\r\n',
    '1fffffffffffff\r\nx',
  ].map((text) => Buffer.from(text, 'latin1')),
  words: [
    '\r\n',
    '\n',
    '\r',
    ';',
    '=',
    '"',
    '\\',
    ' ',
    '\t',
    '0\r\n',
    '0\r\n\r\n',
    '1\r\nx\r\n',
    ';a=b',
    ';a="b"',
    'f',
    'F',
    'A: b\r\n',
    'Host: a\r\n',
    '\0',
    '\x80',
  ],
  most: 4096,
  check,
}
