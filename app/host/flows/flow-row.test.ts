import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import type { FlowError } from '../../../main/model/errors.ts'
import type { Flow } from '../../../main/model/flow.ts'
import { flowDetail as detailSchema } from '../../contract/flow-detail.ts'
import { flowRow as rowSchema } from '../../contract/flow-row.ts'
import { sampleFlow } from '../../headless/testing/sample-flow.ts'
import { flowDetail } from './flow-detail.ts'
import { flowRow } from './flow-row.ts'
import { fieldsIn } from './head-field.ts'

const response = sampleFlow().response!
const failure = (code: FlowError['code']): Partial<Flow> => ({
  error: { code, side: 'origin', phase: 'response-body', message: 'What happened' },
})
const delivery = (mode: 'buffered' | 'streamed' | 'tunnelled'): Partial<Flow> => ({
  state: 'open',
  delivery: { mode, reason: 'why', crossoverAt: undefined },
})

describe('the state of a row', () => {
  test.each<[string, Partial<Flow>]>([
    ['pending', { state: 'open', delivery: undefined, response: undefined }],
    ['held', delivery('buffered')],
    ['streaming', delivery('streamed')],
    ['tunnelled', { ...delivery('tunnelled'), response: undefined }],
    ['done', { state: 'ended' }],
    ['failed', { state: 'ended', ...failure('ORIGIN_CLOSED') }],
    ['failed', { state: 'ended', response: undefined, delivery: undefined, ...failure('DNS_FAILED') }],
    ['left', { state: 'ended', ...failure('CLIENT_CLOSED') }],
    // What the user had ended was a failure in red.
    ['killed', { state: 'ended', ...failure('KILLED') }],
    ['stopped', { state: 'ended', ...failure('SHUTDOWN') }],
  ])('%s of %o', (state, changes) => {
    const row = flowRow(sampleFlow(changes))
    expect(row.state).toBe(state)
    expect(v.parse(rowSchema, row)).toEqual(row)
  })
})

describe('host and path', () => {
  test.each([
    ['http://a.example/x?y=1', 'a.example', '/x?y=1'],
    ['http://a.example:80/', 'a.example', '/'],
    ['http://a.example:443/', 'a.example:443', '/'],
    ['https://a.example:443/b#c', 'a.example', '/b#c'],
    ['https://a.example:80/', 'a.example:80', '/'],
    ['https://a.example:8443', 'a.example:8443', '/'],
    ['http://a.example?q', 'a.example', '?q'],
    ['http://[::1]:8080/x', '[::1]:8080', '/x'],
    ['http://[::80]/x', '[::80]', '/x'],
    ['http://ann:pw@a.example/x@y', 'a.example', '/x@y'],
    ['a.example:443', 'a.example:443', ''],
    ['', '', ''],
  ])('of %s', (url, host, path) => {
    expect(flowRow(sampleFlow({ url }))).toMatchObject({ url, host, path })
  })
})

describe('type and size', () => {
  test.each([
    ['Content-Type: Text/HTML; charset=utf-8\r\n', 'text/html'],
    ['Content-Length: 3\r\ncontent-type:application/json\r\n', 'application/json'],
    ['X-Content-Type: a/b\r\n', undefined],
    ['Content-Type:\r\n', undefined],
    ['Content-Type: a/b', 'a/b'],
    ['', undefined],
  ])('the type in %j', (fields, type) => {
    const head = `HTTP/1.1 200 OK\r\n${fields}`
    expect(flowRow(sampleFlow({ response: { ...response, head } })).type).toBe(type)
  })

  test('while it is held, what was received; afterwards, what the client got', () => {
    const amounts = { response: { ...response, bytes: 10, delivered: 4 } }
    expect(flowRow(sampleFlow({ ...delivery('buffered'), ...amounts })).size).toBe(10)
    expect(flowRow(sampleFlow({ ...delivery('streamed'), ...amounts })).size).toBe(4)
    expect(flowRow(sampleFlow({ state: 'ended', ...amounts })).size).toBe(4)
  })

  // The size of a held flow fell back to 0 B when its origin failed or its client left, after 2 KB had come.
  test('of what failed before any of it was handed on: what was received', () => {
    const amounts = { state: 'ended', response: { ...response, bytes: 2048, delivered: 0 } } as const
    expect(flowRow(sampleFlow({ ...amounts, ...failure('ORIGIN_CLOSED') })).size).toBe(2048)
    expect(flowRow(sampleFlow({ ...amounts, ...failure('CLIENT_CLOSED') })).size).toBe(2048)
    // Nothing was to be handed on: that is its size.
    expect(flowRow(sampleFlow(amounts)).size).toBe(0)
  })

  test('what is not known is not there', () => {
    const row = flowRow(sampleFlow({ state: 'open', response: undefined, delivery: undefined }))
    expect(Object.values(row)).not.toContain(undefined)
    expect(row).not.toHaveProperty('status')
    expect(row).not.toHaveProperty('recorded')
  })

  test('all fields of a name, in order', () => {
    const head = 'HTTP/1.1 200 OK\r\nA: 1\r\nB: 2\r\na:3\r\n'
    expect(fieldsIn(head, 'a')).toEqual([' 1', '3'])
    expect(fieldsIn('', 'a')).toEqual([])
  })
})

describe('the detail', () => {
  test('is what the contract says, with everything there is', () => {
    const certificate = { subject: 's', issuer: 'i', validFrom: 'f', validTo: 't', sha256: 'h' }
    const flow = sampleFlow({
      origin: {
        id: 3,
        address: '::1',
        port: 443,
        via: 'http://proxy.example:3128',
        tls: { version: 'TLSv1.3', alpn: 'h2', serverName: 'a', certificate },
      },
      response: { ...response, edit: { startLine: 'X', drop: [1], add: [['a', 'b']] }, trailers: 'T: 1\r\n' },
      delivery: { mode: 'buffered', reason: 'why', crossoverAt: 7 },
      informational: ['HTTP/1.1 103 Early Hints\r\n'],
      notes: ['one'],
      ...failure('ORIGIN_CLOSED'),
    })
    const detail = flowDetail(flow)
    expect(v.parse(detailSchema, detail)).toEqual(detail)
    expect(detail).toMatchObject({
      origin: { tls: { certificate } },
      response: { status: 200, edit: { drop: [1] }, trailers: 'T: 1\r\n', recorded: 'missing', recordedBytes: 0 },
      delivery: { crossoverAt: 7 },
      error: { code: 'ORIGIN_CLOSED' },
    })
    expect(structuredClone(detail)).toEqual(detail)
  })

  test('tells what modifiers did, what the client was sent, and where one failed', () => {
    const counts = { chunksIn: 3, bytesIn: 30, chunksOut: 2, bytesOut: 20 }
    const applied = [
      { name: 'one', file: '/m/one.ts', version: 1, editedHead: false, choice: 'transform' as const, ...counts },
      { name: 'two', file: '/m/two.ts', version: 4, editedHead: true, ...counts },
    ]
    const failed = { code: 'MODIFIER_THREW', side: 'modifier', phase: 'response-body', message: 'two: oh' } as const
    const flow = sampleFlow({
      modifiers: applied,
      modifiedBody: { state: 'truncated', length: 20, content: undefined },
      error: { ...failed, file: '/m/two.ts', line: 3, column: undefined },
    })
    const detail = flowDetail(flow)
    expect(v.parse(detailSchema, detail)).toEqual(detail)
    expect(detail).toMatchObject({ modifiers: applied, delivered: { recorded: 'truncated', recordedBytes: 20 } })
    expect(detail.error).toStrictEqual({ ...failed, file: '/m/two.ts', line: 3 })
    // A copy: it goes on counting.
    applied[0]!.chunksIn = 99
    expect(detail.modifiers?.[0]?.chunksIn).toBe(3)
    const row = flowRow(flow)
    expect(v.parse(rowSchema, row)).toEqual(row)
    expect(row).toMatchObject({ state: 'failed', error: 'two: oh', modifiers: ['one', 'two'] })
  })

  test('is what the contract says, with nothing known yet', () => {
    const detail = flowDetail(
      sampleFlow({ state: 'open', origin: undefined, response: undefined, delivery: undefined }),
    )
    expect(v.parse(detailSchema, detail)).toEqual(detail)
    for (const absent of ['origin', 'response', 'delivery', 'error', 'modifiers', 'delivered'])
      expect(detail).not.toHaveProperty(absent)
  })
})
