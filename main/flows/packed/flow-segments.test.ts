import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ConnectionInfo, Flow, Message, RecordedBody, ResponseMessage } from '../../model/flow.ts'
import type { AppliedModifier } from '../../model/modifier.ts'
import { FlowSegments, segmentSize } from './flow-segments.ts'

// Every code unit on its own, so lone surrogates are among them; long ones cross the border of short texts.
const anyText = fc.oneof(
  fc.string({ unit: 'binary-ascii', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.array(fc.nat({ max: 0xff }), { maxLength: 60 }).map((codes) => String.fromCharCode(...codes)),
  fc.array(fc.nat({ max: 0xffff }), { maxLength: 60 }).map((codes) => String.fromCharCode(...codes)),
  fc.nat({ max: 3000 }).map((length) => 'x'.repeat(length)),
)
const count = fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 70_000 }), fc.maxSafeNat())
const micros = fc.option(fc.oneof(count, fc.double({ min: 0, noNaN: true })), { nil: undefined })
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })

const connection: fc.Arbitrary<ConnectionInfo> = fc.record(
  {
    id: count,
    address: anyText,
    port: fc.nat({ max: 65535 }),
    tls: maybe(
      fc.record({
        version: anyText,
        alpn: maybe(anyText),
        serverName: maybe(anyText),
        certificate: maybe(
          fc.record({ subject: anyText, issuer: anyText, validFrom: anyText, validTo: anyText, sha256: anyText }),
        ),
      }),
    ),
    via: anyText,
  },
  { requiredKeys: ['id', 'address', 'port', 'tls'] },
)
const body: fc.Arbitrary<RecordedBody> = fc.record(
  {
    state: fc.constantFrom('complete', 'missing', 'partial', 'truncated'),
    length: count,
    content: fc.constant(undefined),
    arrivals: fc.string({ unit: fc.constantFrom('\0', 'a', '\x7f', '\xff') }),
  },
  { requiredKeys: ['state', 'length', 'content'] },
)
const message: fc.Arbitrary<Message> = fc.record({
  httpVersion: fc.constantFrom('1.0', '1.1', '2'),
  head: anyText,
  edit: maybe(
    fc.record({
      startLine: maybe(anyText),
      drop: fc.array(fc.nat({ max: 2000 })),
      add: fc.array(fc.tuple(anyText, anyText), { maxLength: 5 }),
    }),
  ),
  bytes: count,
  delivered: count,
  chunks: count,
  deliveredChunks: count,
  trailers: maybe(anyText),
  body,
})
const response: fc.Arbitrary<ResponseMessage> = fc
  .tuple(message, fc.nat({ max: 999 }))
  .map(([rest, status]) => ({ ...rest, status }))
const applied: fc.Arbitrary<AppliedModifier> = fc.record(
  {
    name: anyText,
    file: anyText,
    version: count,
    editedHead: fc.boolean(),
    choice: fc.constantFrom('stream', 'buffer', 'transform'),
    chunksIn: count,
    bytesIn: count,
    chunksOut: count,
    bytesOut: count,
  },
  { requiredKeys: ['name', 'file', 'version', 'editedHead', 'chunksIn', 'bytesIn', 'chunksOut', 'bytesOut'] },
)
const place = maybe(fc.record({ segment: count, offset: count, length: count }))
const flow: fc.Arbitrary<Flow> = fc.record({
  id: fc.maxSafeNat(),
  method: anyText,
  url: anyText,
  client: connection,
  origin: maybe(connection),
  originReused: fc.boolean(),
  request: message,
  response: maybe(response),
  informational: fc.array(anyText, { maxLength: 3 }),
  delivery: maybe(
    fc.record({
      mode: fc.constantFrom('buffered', 'streamed', 'tunnelled'),
      reason: anyText,
      crossoverAt: maybe(count),
    }),
  ),
  timings: fc.record({
    startedAt: count,
    dns: micros,
    connect: micros,
    tls: micros,
    sent: micros,
    firstByte: micros,
    lastByte: micros,
    end: micros,
  }),
  error: maybe(
    fc.record({
      code: fc.constantFrom('CLIENT_CLOSED', 'INTERNAL'),
      side: fc.constantFrom('client', 'modifier'),
      phase: fc.constantFrom('tunnel', 'client-tls'),
      message: anyText,
    }),
  ).map((error) =>
    error && error.side === 'modifier' ? { ...error, file: error.message, line: 1, column: 70_000 } : error,
  ),
  modifiers: maybe(fc.array(applied, { maxLength: 3 })),
  modifiedBody: maybe(body),
  messageCounts: maybe(fc.record({ sent: count, received: count, control: count })),
  messages: maybe(body),
  answered: maybe(count),
  notes: fc.oneof(
    { weight: 9, arbitrary: fc.array(anyText, { maxLength: 3 }) },
    { weight: 1, arbitrary: fc.nat({ max: 30_000 }).map((length) => new Array<string>(length).fill('noted\u2026')) },
  ),
  state: fc.constant('ended'),
})

/** Objects of fast-check may have no prototype, which strict equality would mind. */
function plain(value: Flow): Flow {
  return structuredClone(value)
}

test('what is packed comes back as it was, undefined for undefined, whatever is around it', () => {
  const packed = fc.record({
    flow,
    places: fc.record({ request: place, response: place, delivered: place, messages: place }),
    sameClient: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(packed, { minLength: 1, maxLength: 8 }), (all) => {
      const segments = new FlowSegments()
      const kept = all.map((one, sequence) => {
        const first = all[0]
        const given = plain(one.flow)
        if (one.sameClient && first !== undefined) given.client = first.flow.client
        const { request, response, delivered, messages } = one.places
        const places = {
          request,
          response: given.response && response,
          delivered: given.modifiedBody && delivered,
          messages: given.messages && messages,
        }
        segments.add(given, sequence, places)
        return { given, places, at: [segments.current, segments.offset] as const }
      })
      for (const { given, at, places } of kept) {
        const back = segments.read(...at)
        // Vitest's own comparison takes 50 times as long, and is for telling where it failed.
        if (!isDeepStrictEqual(back.flow, plain(given))) expect(back.flow).toStrictEqual(plain(given))
        expect(back.places).toEqual(places)
      }
    }),
    { numRuns: 100 },
  )
})

const nowhere = { request: undefined, response: undefined, delivered: undefined, messages: undefined }
const [usual] = fc.sample(flow, { numRuns: 1, seed: 1 })

test('a connection is kept once for the many flows it carries', () => {
  const subject = 'CN='.padEnd(60_000, 'x')
  const certificate = { subject, issuer: '', validFrom: '', validTo: '', sha256: '' }
  const tls = { version: 'TLSv1.3', alpn: undefined, serverName: undefined, certificate }
  const origin = { id: 1, address: '::1', port: 443, tls }
  const segments = new FlowSegments()
  for (let n = 0; n < 100; n++) {
    const small = { ...usual!, notes: [], response: undefined, origin }
    segments.add(small, n, nowhere)
    expect(segments.read(segments.current, segments.offset).flow.origin).toEqual(origin)
  }
  expect(segments.memory).toBe(segmentSize)
})

test('a flow larger than a segment gets one that fits; a segment is freed with its last flow', () => {
  const segments = new FlowSegments()
  const places: [number, number][] = []
  const flows = [10, 100, segmentSize, 10, 5 * segmentSize, 10].map((size, n) => ({
    ...plain(usual!),
    id: n,
    url: 'u'.repeat(size),
  }))
  flows.forEach((one, n) => {
    segments.add(one, n, nowhere)
    places.push([segments.current, segments.offset])
  })
  flows.forEach((one, n) => expect(segments.read(...places[n]!).flow).toStrictEqual(one))
  const all = segments.memory
  segments.dropBefore(2)
  expect(all - segments.memory).toBe(segmentSize)
  expect(() => segments.read(...places[0]!)).toThrow('gone')
  expect(segments.read(...places[2]!).flow).toStrictEqual(flows[2])
  segments.dropBefore(6)
  expect(segments.memory).toBe(0)
  segments.add(flows[0]!, 6, nowhere)
  expect(segments.read(segments.current, segments.offset).flow).toStrictEqual(flows[0])
})

test('a record never reaches into the next segment, wherever the border falls', () => {
  const segments = new FlowSegments()
  const places: [number, number][] = []
  const one = { ...plain(usual!), notes: [], url: 'https://example.com/\u{1f30a}/', method: 'M'.repeat(3001) }
  for (let n = 0; n < 3000; n++) {
    segments.add({ ...one, id: n, url: 'u'.repeat(n % 97) }, n, nowhere)
    places.push([segments.current, segments.offset])
  }
  expect(segments.current).toBeGreaterThan(3)
  places.forEach((at, n) => {
    const { id, url, method } = segments.read(...at).flow
    if (id !== n || url.length !== n % 97 || method.length !== 3001) expect({ id, url, method }).toBe(n)
  })
})
