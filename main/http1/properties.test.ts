import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { HeadEdit } from '../model/flow.ts'
import {
  HeadReader,
  WireError,
  defaultWireLimits,
  editHead,
  encodeChunk,
  followBody,
  lastChunk,
  parseRequestHead,
  parseResponseHead,
} from './index.ts'
import {
  chunkedBody,
  fieldLines,
  fieldValue,
  finalStatus,
  latin1,
  mutatedMessage,
  reason,
  requestLine,
  token,
  validMessage,
} from './testing/message-arbitraries.ts'
import { readMessages } from './testing/read-messages.ts'

/** Where to cut, as parts of the whole. */
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 })

function cutAt(text: string, where: number[]): Buffer[] {
  const bytes = Buffer.from(text, 'latin1')
  const starts = [0, ...where.map((part) => Math.floor(part * bytes.length)).sort((a, b) => a - b)]
  return starts.map((start, index) => bytes.subarray(start, starts[index + 1] ?? bytes.length))
}

describe('decode ∘ encode', () => {
  test('a request head', () => {
    fc.assert(
      fc.property(requestLine, fieldLines, cuts, ([method, target], lines, where) => {
        const bytes = `${method} ${target} HTTP/1.1\r\n${lines.map(({ line }) => line).join('')}\r\n`
        const { messages } = readMessages({ side: 'request' }, cutAt(bytes, where))
        const fields = lines.map(({ name, value }) => [name, value])
        expect(messages).toMatchObject([{ line: [method, target, '1.1'], fields, head: bytes.slice(0, -2) }])
      }),
      { numRuns: 500 },
    )
  })

  test('a response head', () => {
    fc.assert(
      fc.property(finalStatus, reason, fieldLines, cuts, (status, phrase, lines, where) => {
        const bytes = `HTTP/1.0 ${status} ${phrase}\r\n${lines.map(({ line }) => line).join('')}\r\n`
        const { messages } = readMessages({ side: 'response' }, cutAt(bytes, where))
        const fields = lines.map(({ name, value }) => [name, value])
        expect(messages).toMatchObject([{ line: ['1.0', String(status), phrase], fields, head: bytes.slice(0, -2) }])
      }),
      { numRuns: 500 },
    )
  })

  test('a chunked body, as a stranger writes it', () => {
    fc.assert(
      fc.property(chunkedBody, cuts, ({ chunks, trailers, wire }, where) => {
        const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
        const { messages } = readMessages({ side: 'response' }, cutAt(head + wire, where))
        const body = chunks.map(({ data }) => data).join('')
        const lines = trailers.map(({ line }) => line).join('')
        expect(messages).toMatchObject([{ body, forwarded: wire, chunks: chunks.length, trailers: lines || undefined }])
      }),
      { numRuns: 1000 },
    )
  })

  test('a chunked body, as we write it', () => {
    fc.assert(
      fc.property(fc.array(latin1), fieldLines, cuts, (pieces, trailers, where) => {
        const lines = trailers.map(({ line }) => line).join('')
        const wire = Buffer.concat([
          ...pieces.map((piece) => encodeChunk(Buffer.from(piece, 'latin1'))),
          lastChunk(lines),
        ])
        const head = 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n'
        const outcome = readMessages({ side: 'request' }, cutAt(head + wire.toString('latin1'), where))
        // An empty piece is skipped: it never ends the body.
        const chunks = pieces.filter((piece) => piece !== '').length
        expect(outcome.messages).toMatchObject([{ body: pieces.join(''), chunks, trailers: lines || undefined }])
      }),
      { numRuns: 500 },
    )
  })
})

describe('any bytes', () => {
  const anything = fc.oneof(
    validMessage,
    mutatedMessage,
    fc.record({ side: fc.constantFrom('request', 'response'), bytes: latin1 }),
  )

  test('read the same however they are cut, and fail with nothing but a WireError', () => {
    fc.assert(
      fc.property(anything, cuts, (message, where) => {
        const whole = readMessages(message, cutAt(message.bytes, []))
        expect(readMessages(message, cutAt(message.bytes, where))).toEqual(whole)
      }),
      { numRuns: 6000 },
    )
  })

  test('are parsed as a head with nothing but a WireError', () => {
    fc.assert(
      fc.property(latin1, (text) => {
        for (const parse of [parseRequestHead, parseResponseHead]) {
          try {
            parse(text, defaultWireLimits)
          } catch (error) {
            expect(error).toBeInstanceOf(WireError)
            // A sentence on one line, in printable ASCII, whatever it quotes.
            expect((error as WireError).message).toMatch(/^[\x20-\x7e…]+$/)
          }
        }
      }),
    )
  })

  const limits = { head: 64, fields: 4, extensions: 16 }
  const parts = [
    '\r\n',
    '\r',
    '\n',
    'GET / HTTP/1.1\r\n',
    'a: b\r\n',
    'abc',
    ':',
    ' ',
    '0',
    '0\r\n',
    '1\r\nx\r\n',
    ';a',
    '="',
    '"',
  ]
  const soup = fc.array(fc.constantFrom(...parts), { maxLength: 60, size: 'max' })

  test('are held up to the limits of a head, no further', () => {
    fc.assert(
      fc.property(soup, (texts) => {
        const reader = new HeadReader(limits)
        let held = 0
        try {
          for (const text of texts) {
            held = reader.feed(Buffer.from(text), 0) === -1 ? held + text.length : 0
            // 16 empty lines before a start line are counted, not held.
            expect(held).toBeLessThanOrEqual(limits.head + 32)
          }
        } catch (error) {
          expect(error).toBeInstanceOf(WireError)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('are held up to the limits of a chunked body, no further', () => {
    // A size line: 16 digits, a semicolon for every extension byte, CRLF. Then the trailers.
    const most = 16 + 2 * limits.extensions + 2 + limits.head
    fc.assert(
      fc.property(soup, (texts) => {
        const body = followBody({ kind: 'chunked' }, limits)
        let held = 0
        try {
          for (const text of texts) {
            const bytes = Buffer.from(text)
            const end = body.feed(bytes, 0)
            held += end - (body.carried?.length ?? 0) - body.accepted
            expect(held).toBeLessThanOrEqual(most)
            expect(held).toBeGreaterThanOrEqual(0)
          }
        } catch (error) {
          expect(error).toBeInstanceOf(WireError)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

test('editHead is what cutting lines out and writing lines behind gives', () => {
  const edit = fc.record({
    startLine: fc.option(
      requestLine.map((parts) => `${parts.join(' ')} HTTP/1.1`),
      { nil: undefined },
    ),
    // Ascending; a field may be named twice.
    drop: fc.array(fc.nat(5), { maxLength: 4 }).map((indexes) => indexes.sort((a, b) => a - b)),
    add: fc.array(fc.tuple(token, fieldValue), { maxLength: 3 }),
  }) satisfies fc.Arbitrary<HeadEdit>
  fc.assert(
    fc.property(requestLine, fieldLines, fc.option(edit, { nil: undefined }), (line, lines, wanted) => {
      const startLine = `${line.join(' ')} HTTP/1.1`
      const text = `${startLine}\r\n${lines.map((field) => field.line).join('')}`
      const kept = lines.filter((_, index) => wanted?.drop.includes(index) !== true).map((field) => field.line)
      const added = wanted?.add.map(([name, value]) => `${name}: ${value}\r\n`) ?? []
      const expected = [`${wanted?.startLine ?? startLine}\r\n`, ...kept, ...added, '\r\n'].join('')
      expect(editHead(parseRequestHead(text, defaultWireLimits), wanted)).toBe(expected)
    }),
    { numRuns: 2000 },
  )
})
