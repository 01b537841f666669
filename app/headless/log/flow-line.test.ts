import { describe, expect, test } from 'vitest'
import type { FlowError } from '../../../main/model/errors.ts'
import type { Flow } from '../../../main/model/flow.ts'
import { sampleFlow } from '../testing/sample-flow.ts'
import { glanceBytes, glanceTime, timeOfDay } from './amounts.ts'
import { inColour, painter, plain } from './colours.ts'
import { begunLine, endedLine, type Look } from './flow-line.ts'
import { shortened, visible } from './visible-text.ts'

const file: Look = { width: undefined, paint: plain }
const ended = (changes: Partial<Flow> = {}, look = file): string => endedLine(sampleFlow(changes), look, '12:00:00')
const failure = (code: FlowError['code'], message: string): Partial<Flow> => ({
  response: undefined,
  delivery: undefined,
  error: { code, side: 'origin', phase: 'connect', message },
})

describe('a line in a file', () => {
  test('of a streamed flow, begun and ended', () => {
    expect(begunLine(sampleFlow(), file, '12:00:00')).toBe(
      '12:00:00 ▶ GET     200 http://origin.example/a streaming… (larger than 1k)',
    )
    expect(ended()).toBe('12:00:00   GET     200 http://origin.example/a 1.2k 12ms streamed (larger than 1k)')
  })

  test('of a failure, with its message and no status', () => {
    expect(ended(failure('CONNECT_REFUSED', 'refused by 192.0.2.1:80'))).toBe(
      '12:00:00 ✗ GET     --- http://origin.example/a - 12ms refused by 192.0.2.1:80',
    )
  })

  // A window showed these flags too, where nobody can give them: the sentence itself names none.
  test('of a failure that an option would have prevented, with its flags', () => {
    const trust = 'a: self-signed; to trust it, add its CA to the origin CAs, or verify no origin'
    expect(ended(failure('ORIGIN_CERTIFICATE', trust))).toContain(`${trust} (--origin-ca FILE, --insecure)`)
    const expired = 'a: expired; it has to be renewed there, or go on without verifying origins'
    expect(ended(failure('ORIGIN_CERTIFICATE', expired))).toContain(`${expired} (--insecure)`)
    const through = 'a: the origin asks for a client certificate; pass this host through'
    expect(ended(failure('ORIGIN_TLS', through))).toContain(`${through} (--passthrough HOST)`)
  })

  test('of a client that left: neutral', () => {
    expect(ended({ error: { code: 'CLIENT_CLOSED', side: 'client', phase: 'response-body', message: 'left' } })).toBe(
      '12:00:00 - GET     200 http://origin.example/a 1.2k 12ms client closed · streamed (larger than 1k)',
    )
  })

  test('with what was not applied', () => {
    expect(ended({ notes: ['rule 2 not applied'] })).toContain('streamed (larger than 1k) · rule 2 not applied')
  })

  test('of a WebSocket, with how much was said', () => {
    const delivery = { mode: 'tunnelled', reason: 'upgraded to websocket', crossoverAt: undefined } as const
    const said = (sent: number): string => ended({ delivery, messageCounts: { sent, received: 40, control: 3 } })
    expect(said(12)).toMatch(/ tunnelled \(upgraded to websocket\) · 12 messages sent, 40 received$/)
    expect(said(1)).toContain('1 message sent, 40 received')
  })

  test('with who changed the head', () => {
    const counts = { chunksIn: 0, bytesIn: 0, chunksOut: 0, bytesOut: 0 }
    const one = { name: 'tag', file: '/tag.ts', version: 1, editedHead: true, ...counts }
    const modifiers = [one, { ...one, name: 'count', editedHead: false }]
    expect(ended({ modifiers })).toMatch(/ streamed \(larger than 1k\) · head by modifier tag$/)
  })

  test('nothing captured can command the terminal', () => {
    const evil = '\x1b]0;owned\x07\r\n\x9b2J\u202e'
    const line = ended({
      method: evil,
      url: `http://a/${evil}`,
      notes: [evil],
      delivery: { mode: 'buffered', reason: evil, crossoverAt: undefined },
      error: { code: 'INTERNAL', side: 'proxy', phase: 'tunnel', message: evil },
    })
    expect(line).not.toMatch(/\p{C}/u)
    expect(line).toContain('http://a/\\x1b]0;owned\\x07\\x0d\\x0a\\x9b2J\\u{202e}')
  })
})

describe('a line on a terminal', () => {
  const url = `https://origin.example/${'long/'.repeat(50)}file.mp4`

  test.each([80, 100, 120, 200, 300])('of %d columns fits, and keeps host and file name', (width) => {
    const line = ended({ url }, { width, paint: plain })
    expect(line.length).toBeLessThanOrEqual(width)
    expect(line).toMatch(/https:\/\/origin.*….*\.mp4 +1\.2k +12ms streamed/)
  })

  test('columns stand under each other', () => {
    const look = { width: 120, paint: plain }
    const column = (line: string): number => line.indexOf('streamed')
    expect(column(ended({}, look))).toBe(column(ended({ url }, look)))
  })

  test('failures are told in full', () => {
    const message = `refused ${'and '.repeat(100)}more`
    expect(ended(failure('CONNECT_REFUSED', message), { width: 80, paint: plain })).toContain(message)
  })

  test('and at their place in the file of a modifier, as far as it is known', () => {
    const said = (place: object): string =>
      ended({
        error: {
          code: 'MODIFIER_THREW',
          side: 'modifier',
          phase: 'response-body',
          message: 'modifier "a" threw 1',
          ...place,
        },
      })
    expect(said({ file: '/m/a.ts', line: 4, column: 11 })).toContain('/m/a.ts:4:11: modifier "a" threw 1 · streamed')
    expect(said({ file: '/m/a.ts', line: 4 })).toContain('/m/a.ts:4: modifier')
    expect(said({ file: '/m/a.ts' })).toContain('/m/a.ts: modifier')
  })

  test('colour takes no room', () => {
    const colourful = ended({ url }, { width: 120, paint: inColour })
    expect(colourful.replace(/\x1b\[\d+m/g, '')).toBe(ended({ url }, { width: 120, paint: plain }))
  })
})

test.each<[Record<string, string>, boolean, boolean]>([
  [{}, true, true],
  [{}, false, false],
  [{ NO_COLOR: '1' }, true, false],
  [{ NO_COLOR: '' }, true, true],
  [{ FORCE_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '' }, false, true],
  [{ FORCE_COLOR: '0' }, true, false],
  [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
  [{ TERM: 'dumb' }, true, false],
])('colour with %j on a terminal (%s): %s', (env, isTerminal, colour) => {
  expect(painter(env, isTerminal)).toBe(colour ? inColour : plain)
})

test('amounts at a glance', () => {
  expect([0, 999, 1000, 1024, 10_189, 34 * 1024 ** 2, 1023 * 1024, 5 * 1024 ** 4].map(glanceBytes)).toEqual([
    '0',
    '999',
    '1.0k',
    '1.0k',
    '10k',
    '34m',
    '1.0m',
    '5.0t',
  ])
  expect([0, 400, 9949, 9950, 999_499, 999_500, 59_949_000, 65_000_000, 3_725_000_000].map(glanceTime)).toEqual([
    '0.0ms',
    '0.4ms',
    '9.9ms',
    '10ms',
    '999ms',
    '1.0s',
    '59.9s',
    '1m05s',
    '1h02m',
  ])
  expect(timeOfDay(new Date(2026, 1, 2, 3, 4, 5).getTime())).toBe('03:04:05')
  expect(timeOfDay(new Date(2026, 1, 2, 3, 4, 6).getTime())).toBe('03:04:06')
})

test('text made visible and shortened', () => {
  expect(visible('plain ~')).toBe('plain ~')
  expect(visible('ä\u{1f600}\0\ud800')).toBe('ä\u{1f600}\\x00\\u{d800}')
  expect(shortened('abcdefghij', 10)).toBe('abcdefghij')
  expect(shortened('abcdefghij', 7)).toBe('abcd…ij')
})
