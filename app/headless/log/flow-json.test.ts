import { describe, expect, test } from 'vitest'
import type { Flow, HeadEdit } from '../../../main/model/flow.ts'
import { sampleFlow } from '../testing/sample-flow.ts'
import { flowJson, jsonLine } from './flow-json.ts'
import { fieldsOf, headFieldsOf } from './head-fields.ts'

test('a flow, whole', () => {
  // Compared as text: the order of keys is part of the promise.
  expect(JSON.stringify(flowJson(sampleFlow()))).toBe(
    JSON.stringify({
      id: 7,
      method: 'GET',
      url: 'http://origin.example/a',
      status: 200,
      originStatus: 200,
      httpVersion: '1.1',
      delivery: 'streamed',
      reason: 'larger than 1k',
      crossoverAt: null,
      request: {
        bytes: 0,
        delivered: 0,
        chunks: 0,
        deliveredChunks: 0,
        recorded: 'complete',
        headers: [['Host', 'origin.example']],
        trailers: null,
      },
      response: {
        bytes: 1234,
        delivered: 1234,
        chunks: 2,
        deliveredChunks: 2,
        recorded: 'missing',
        headers: [
          ['Set-Cookie', 'a=1'],
          ['set-cookie', 'b=2'],
          ['Content-Length', '1234'],
        ],
        trailers: null,
        httpVersion: '1.1',
        sent: null,
      },
      timings: {
        startedAt: 1_700_000_000_000,
        dns: null,
        connect: null,
        tls: null,
        sent: 100,
        firstByte: 2000,
        lastByte: 11_900,
        end: 12_345,
      },
      error: null,
      client: { id: 1, address: '127.0.0.1', port: 50000, tls: null },
      origin: { id: 2, address: '192.0.2.1', port: 80, tls: null, reused: true, via: null },
      notes: [],
      modifiers: [],
      messages: null,
    }),
  )
})

const certificate = { subject: 'CN=a', issuer: 'CN=b', validFrom: '2026', validTo: '2027', sha256: 'ff' }
const applied = {
  name: 'a',
  file: '/m/a.ts',
  version: 2,
  editedHead: true,
  chunksIn: 1,
  bytesIn: 2,
  chunksOut: 3,
  bytesOut: 4,
}
const edited = (edit: HeadEdit): Flow['response'] => {
  const { response } = sampleFlow()
  return response && { ...response, edit }
}
const failed: Partial<Flow> = {
  response: undefined,
  origin: undefined,
  delivery: undefined,
  error: { code: 'DNS_FAILED', side: 'origin', phase: 'dns', message: 'no such host' },
}

test.each<[string, Partial<Flow>, object]>([
  [
    'a failure before the response: nulls, not absences',
    failed,
    {
      status: null,
      originStatus: null,
      delivery: null,
      reason: null,
      response: null,
      origin: null,
      error: { code: 'DNS_FAILED', side: 'origin', phase: 'dns', message: 'no such host' },
    },
  ],
  ['an answer of our own, in place of the origin’s', { answered: 502 }, { status: 502, originStatus: 200 }],
  [
    'an answer of our own, as there is none',
    { ...failed, answered: 504 },
    { status: 504, originStatus: null, response: null },
  ],
  [
    'a crossover',
    { delivery: { mode: 'streamed', reason: 'held for 500 ms', crossoverAt: 10 } },
    { delivery: 'streamed', crossoverAt: 10 },
  ],
  [
    'TLS',
    {
      client: {
        id: 1,
        address: '::1',
        port: 1,
        tls: { version: 'TLSv1.3', alpn: undefined, serverName: 'a', certificate },
      },
    },
    {
      client: { id: 1, address: '::1', port: 1, tls: { version: 'TLSv1.3', alpn: null, serverName: 'a', certificate } },
    },
  ],
  [
    'a modifier that failed, with its place',
    {
      error: {
        code: 'MODIFIER_THREW',
        side: 'modifier',
        phase: 'response-body',
        message: 'modifier "a": oh',
        file: '/m/a.ts',
        line: 3,
        column: undefined,
      },
      modifiers: [applied],
    },
    {
      error: { code: 'MODIFIER_THREW', side: 'modifier', file: '/m/a.ts', line: 3, column: null },
      modifiers: [{ ...applied, choice: null }],
    },
  ],
  ['a WebSocket', { messageCounts: { sent: 12, received: 40, control: 3 } }, { messages: { sent: 12, received: 40 } }],
  [
    'what modifiers made of the head: as it came, and as it went',
    {
      response: edited({ startLine: 'HTTP/1.1 418 I am', drop: [1], add: [['X-Tag', 'a']] }),
      modifiers: [applied],
    },
    {
      status: 418,
      originStatus: 200,
      response: {
        headers: [
          ['Set-Cookie', 'a=1'],
          ['set-cookie', 'b=2'],
          ['Content-Length', '1234'],
        ],
        sent: {
          status: 418,
          headers: [
            ['Set-Cookie', 'a=1'],
            ['Content-Length', '1234'],
            ['X-Tag', 'a'],
          ],
        },
      },
    },
  ],
  [
    'what Spillway alone has changed of it is not told',
    {
      response: edited({ startLine: undefined, drop: [], add: [['Connection', 'close']] }),
      modifiers: [{ ...applied, editedHead: false }],
    },
    { response: { sent: null } },
  ],
  ['notes', { notes: ['rule 2 not applied'] }, { notes: ['rule 2 not applied'] }],
])('%s', (_, changes, expected) => {
  expect(flowJson(sampleFlow(changes))).toMatchObject(expected)
})

describe('one line, safe on a terminal', () => {
  test.each(['\x1b[2J', '\r\n', '\x9b31m', '\x7f', '\u202e', '\u2028', '\ufeff', '\u{e0001}'])('%j', (text) => {
    const line = jsonLine(sampleFlow({ url: `http://a/${text}` }))
    expect(line).toMatch(/^[\x20-\x7e]*$/)
    expect(JSON.parse(line)).toMatchObject({ url: `http://a/${text}` })
  })

  test('letters of all scripts stay', () => {
    expect(jsonLine(sampleFlow({ notes: ['grün · 日本'] }))).toContain('"grün · 日本"')
  })
})

test('fields: optional white space goes, all else stays', () => {
  expect(headFieldsOf('')).toEqual([])
  expect(headFieldsOf('GET / HTTP/1.1\r\n')).toEqual([])
  expect(headFieldsOf('GET / HTTP/1.1\r\nA:\r\nB: c:d\r\nA: \t x y\t\r\n')).toEqual([
    ['A', ''],
    ['B', 'c:d'],
    ['A', 'x y'],
  ])
  expect(fieldsOf('Grpc-Status: 0\r\n')).toEqual([['Grpc-Status', '0']])
  expect(fieldsOf('A: \xa0b\xa0')).toEqual([['A', '\xa0b\xa0']])
})
