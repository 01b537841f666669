/** Messages for property tests: valid ones, and valid ones with something broken in them. */
import fc from 'fast-check'
import { corpus } from './corpus.ts'

export type GeneratedMessage = { side: 'request' | 'response'; bytes: string; methods?: string[] }

const tokenChars = Array.from("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
const visible = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index))
const obsText = Array.from({ length: 128 }, (_, index) => String.fromCharCode(128 + index))

export const token = fc.string({ unit: fc.constantFrom(...tokenChars), minLength: 1, maxLength: 12 })
const space = fc.string({ unit: fc.constantFrom(' ', '\t'), maxLength: 2 })
export const latin1 = fc
  .uint8Array({ maxLength: 40 })
  .map((bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))

/** A value as it is read, and as it may stand in a field line. */
export const fieldValue = fc
  .string({ unit: fc.constantFrom(...visible, ...obsText, ' ', '\t'), maxLength: 30 })
  .map((text) => text.replace(/^[ \t]+|[ \t]+$/g, ''))

/** Names that mean nothing to framing, to connections, nor to Node. */
const reserved =
  /^(?:content-length|transfer-encoding|connection|proxy-connection|upgrade|expect|host|trailer|keep-alive)$/i
const fieldName = token.filter((name) => !reserved.test(name))

export type FieldLine = { name: string; value: string; line: string }
export const fieldLine: fc.Arbitrary<FieldLine> = fc
  .tuple(fieldName, space, fieldValue, space)
  .map(([name, before, value, behind]) => ({ name, value, line: `${name}:${before}${value}${behind}\r\n` }))
export const fieldLines = fc.array(fieldLine, { maxLength: 5 })

const target = fc
  .tuple(
    fc.constantFrom('/', '/', '//a', 'http://a/', 'HTTP://[::1]:80/', 'http://u:p@b?', '/%00?'),
    fc.string({ unit: fc.constantFrom(...visible), maxLength: 12 }),
  )
  .map(([begin, rest]) => begin + rest)
export const requestLine = fc.tuple(fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'M-SEARCH'), target)
export const reason = fc.string({ unit: fc.constantFrom(...visible, ...obsText, ' ', '\t'), maxLength: 12 })
export const finalStatus = fc.integer({ min: 200, max: 999 })

const quoted = fc.string({ unit: fc.constantFrom(...visible, ...obsText, ' ', '\t'), maxLength: 8 })
const extension = fc
  .tuple(
    token,
    fc.oneof(
      fc.constant(''),
      token.map((text) => `=${text}`),
      quoted.map((text) => `="${text.replace(/["\\]/g, '\\$&')}"`),
    ),
  )
  .map(([name, value]) => `;${name}${value}`)
const extensions = fc.array(extension, { maxLength: 2 }).map((all) => all.join(''))

export type Chunk = { data: string; wire: string }
const chunk: fc.Arbitrary<Chunk> = fc
  .tuple(
    latin1.filter((data) => data !== ''),
    extensions,
    fc.nat(3),
    fc.boolean(),
  )
  .map(([data, extra, zeros, upper]) => {
    const size = '0'.repeat(zeros) + data.length.toString(16)
    return { data, wire: `${upper ? size.toUpperCase() : size}${extra}\r\n${data}\r\n` }
  })

export type ChunkedBody = { chunks: Chunk[]; trailers: FieldLine[]; wire: string }
export const chunkedBody: fc.Arbitrary<ChunkedBody> = fc
  .tuple(fc.array(chunk, { maxLength: 5 }), extensions, fieldLines)
  .map(([chunks, extra, trailers]) => ({
    chunks,
    trailers,
    wire: `${chunks.map(({ wire }) => wire).join('')}0${extra}\r\n${trailers.map(({ line }) => line).join('')}\r\n`,
  }))

/** Framing fields and the body they frame. */
const framedBody = fc.oneof(
  fc.constant({ field: 'Content-Length: 0\r\n', body: '' }),
  latin1.map((body) => ({ field: `Content-Length: ${body.length}\r\n`, body })),
  chunkedBody.map(({ wire }) => ({ field: 'Transfer-Encoding: chunked\r\n', body: wire })),
)

const validRequest: fc.Arbitrary<GeneratedMessage> = fc
  .array(fc.tuple(requestLine, fieldLines, framedBody, fieldLines), { minLength: 1, maxLength: 3 })
  .map((requests) => {
    const all = requests.map(([[method, text], before, { field, body }, behind]) => {
      const lines = [...before.map(({ line }) => line), field, ...behind.map(({ line }) => line)].join('')
      return `${method} ${text} HTTP/1.1\r\n${lines}\r\n${body}`
    })
    return { side: 'request', bytes: all.join('') }
  })

const validResponse: fc.Arbitrary<GeneratedMessage> = fc
  .tuple(fc.array(fieldLines, { maxLength: 2 }), finalStatus, reason, fieldLines, framedBody)
  .filter(([, status]) => status !== 204 && status !== 304)
  .map(([interim, status, phrase, fields, { field, body }]) => {
    const hints = interim.map((lines) => `HTTP/1.1 103 Early Hints\r\n${lines.map(({ line }) => line).join('')}\r\n`)
    const lines = fields.map(({ line }) => line).join('')
    return { side: 'response', bytes: `${hints.join('')}HTTP/1.1 ${status} ${phrase}\r\n${lines}${field}\r\n${body}` }
  })

export const validMessage: fc.Arbitrary<GeneratedMessage> = fc.oneof(validRequest, validResponse)

const poison = [
  '\r',
  '\n',
  '\0',
  ' ',
  '\t',
  ':',
  ',',
  ';',
  '=',
  '"',
  '\\',
  '+',
  '-',
  '0',
  '1',
  'a',
  'x',
  '\x7f',
  '\x80',
  '\xff',
]
const poisonLines = [
  '\r\n',
  '\r\n\r\n',
  '\n\n',
  'Content-Length: 1\r\n',
  'Transfer-Encoding: chunked\r\n',
  ' folded\r\n',
  '0\r\n\r\n',
]

type Mutation = (bytes: string) => string
const at = fc.double({ min: 0, max: 1, noNaN: true })
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(at, fc.constantFrom(...poison, ...poisonLines)).map(([where, text]): Mutation => {
    return (bytes) => splice(bytes, where, 0, text)
  }),
  fc.tuple(at, fc.constantFrom(...poison)).map(
    ([where, text]): Mutation =>
      (bytes) =>
        splice(bytes, where, 1, text),
  ),
  fc.tuple(at, fc.nat(3)).map(
    ([where, length]): Mutation =>
      (bytes) =>
        splice(bytes, where, length, ''),
  ),
  fc.tuple(at, at).map(([from, to]): Mutation => (bytes) => {
    const part = bytes.slice(Math.floor(from * bytes.length), Math.floor(from * bytes.length) + 8)
    return splice(bytes, to, 0, part)
  }),
  fc.tuple(at).map(
    ([where]): Mutation =>
      (bytes) =>
        bytes.slice(0, Math.floor(where * bytes.length)),
  ),
)

function splice(bytes: string, where: number, remove: number, text: string): string {
  const from = Math.floor(where * bytes.length)
  return bytes.slice(0, from) + text + bytes.slice(from + remove)
}

/** Messages of the corpus and generated ones, broken in one place to three. */
export const mutatedMessage: fc.Arbitrary<GeneratedMessage> = fc
  .tuple(
    fc.oneof(validMessage, fc.constantFrom(...corpus.filter(({ limits }) => !limits))),
    fc.array(mutation, { minLength: 1, maxLength: 3 }),
  )
  .map(([{ side, bytes, methods }, mutations]) => ({
    side,
    bytes: mutations.reduce((text, mutate) => mutate(text), bytes),
    ...(methods && { methods }),
  }))
