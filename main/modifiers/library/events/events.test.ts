/** The event stream parser against the WHATWG HTML Standard, section 9.2.6, and the way back. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Source } from '../source.ts'
import { Watched, all, cutAt, sameAtEveryCut, someCuts, utf8 } from '../testing/cuts.ts'
import { costOf } from '../testing/cost.ts'
import { testLibrary } from '../testing/host.ts'
import type { ServerEvent } from './server-event.ts'
import type { EventLike } from './sse.ts'

const { events, sse } = testLibrary()

type Told = Partial<Pick<ServerEvent, 'type' | 'data' | 'id' | 'retry' | 'comment'>>

/** What an item tells, without what it does not. */
function told(event: ServerEvent): Told {
  const { kind, type, data, id, retry, comment } = event
  const fields = { ...(kind === 'event' && { type, data }), id, retry, comment }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

const read = async (chunks: Source): Promise<Told[]> => (await all(events(chunks))).map(told)
const message = (data: string, more: Told = {}): Told => ({ type: 'message', data, ...more })

describe('the standard’s own examples', () => {
  test.each<[text: string, items: Told[]]>([
    ['data: YHOO\ndata: +2\ndata: 10\n\n', [message('YHOO\n+2\n10')]],
    [
      ': test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n',
      [
        { comment: 'test stream' },
        message('first event', { id: '1' }),
        message('second event', { id: '' }),
        message(' third event'),
      ],
    ],
    // The last block has not ended.
    ['data\n\ndata\ndata\n\ndata:', [message(''), message('\n')]],
    ['data:test\n\ndata: test\n\n', [message('test'), message('test')]],
    [
      'event: add\ndata: 73857293\n\nevent: remove\ndata: 2153\n\n',
      [
        { type: 'add', data: '73857293' },
        { type: 'remove', data: '2153' },
      ],
    ],
  ])('%j at every cut', async (text, items) => {
    await sameAtEveryCut(text, read, items)
    await sameAtEveryCut(utf8(text), read, items)
  })
})

describe('the standard’s rules', () => {
  test.each<[rule: string, text: string, items: Told[]]>([
    ['a byte order mark is dropped', '\ufeffdata: a\n\n', [message('a')]],
    ['only one', '\ufeff\ufeffdata: a\n\ndata: b\n\n', [message('b')]],
    ['CRLF ends lines', 'data: a\r\ndata: b\r\n\r\n', [message('a\nb')]],
    ['CR ends lines', 'data: a\rdata: b\r\r', [message('a\nb')]],
    ['ends may be mixed', 'data: a\r\rdata: b\n\r\ndata: c\r\n\n', [message('a'), message('b'), message('c')]],
    ['no other character does', 'data: a\u2028b\u0085c\n\n', [message('a\u2028b\u0085c')]],
    ['one space is dropped, not two', 'data:  a \n\n', [message(' a ')]],
    ['no tab', 'data:\ta\n\n', [message('\ta')]],
    ['a colon in a value is one', 'data: a: b\n\n', [message('a: b')]],
    ['a field without a colon has no value', 'data\ndata: x\n\n', [message('\nx')]],
    ['names of fields have their case', 'DATA: a\nData: b\ndata: c\n\n', [message('c')]],
    ['names of fields have no space', ' data: a\ndata : b\n\n', []],
    ['fields that are not known are ignored', 'foo: bar\ndata: a\nbar\n\n', [message('a')]],
    ['the last type wins', 'event: a\nevent: b\ndata: x\n\n', [{ type: 'b', data: 'x' }]],
    ['an empty type is "message"', 'event: a\nevent\ndata: x\n\n', [message('x')]],
    [
      'a type is not kept for the next event',
      'event: a\ndata: x\n\ndata: y\n\n',
      [{ type: 'a', data: 'x' }, message('y')],
    ],
    ['without a data line nothing is dispatched', 'event: a\n\ndata: x\n\n', [message('x')]],
    ['but the id is set', 'event: a\nid: 7\n\n', [{ id: '7' }]],
    ['an empty data line is data', 'data:\n\n', [message('')]],
    ['an id with NUL is ignored', 'id: 1\nid: 2\0\ndata: x\n\n', [message('x', { id: '1' })]],
    ['a retry is of digits', 'retry: 1000\nretry: 1s\nretry: -1\nretry: 1.5\nretry:\nretry: ١\n', [{ retry: 1000 }]],
    ['a comment is one', ':\n: a\n:b\n', [{ comment: '' }, { comment: 'a' }, { comment: 'b' }]],
    [
      'comment and retry come at once',
      'data: x\n: c\nretry: 5\ndata: y\n\n',
      [{ comment: 'c' }, { retry: 5 }, message('x\ny')],
    ],
    ['empty lines alone are nothing', '\n\r\n\r\r\n', []],
    ['what has not ended is dropped', 'data: a\n\ndata: b\n', [message('a')]],
    ['nothing', '', []],
  ])('%s: %j at every cut', async (_, text, items) => {
    await sameAtEveryCut(text, read, items)
    await sameAtEveryCut(utf8(text), read, items)
  })

  test('what is no UTF-8 is U+FFFD', async () => {
    expect(await read([utf8('data: '), Uint8Array.of(0xff), utf8('\n\n')])).toEqual([message('\ufffd')])
  })
})

/** Streams as servers write them, and as no server would. */
const line = fc.oneof(
  fc.constantFrom('data: a', 'data', 'data:', 'data: é😀', 'event: x', 'event: message', 'id: 1', 'id', 'id: \0'),
  fc.constantFrom(': c', ':', 'retry: 10', 'retry: x', 'foo: bar', '', '', '', ' ', '\ufeff'),
  fc.string({ maxLength: 8 }),
)
const end = fc.constantFrom('\n', '\r', '\r\n')
const stream = fc
  .array(
    fc.tuple(line, end).map((two) => two.join('')),
    { maxLength: 16 },
  )
  .map((all) => all.join(''))

test('any stream and cuts: the same items', async () => {
  await fc.assert(
    fc.asyncProperty(stream, someCuts, async (text, where) => {
      const items = await read([text])
      expect(await read(cutAt(text, where))).toEqual(items)
      expect(await read(cutAt(utf8(text), where))).toEqual(items)
    }),
    { numRuns: 1000 },
  )
})

test('any stream: sse(events(x)) tells the same as x', async () => {
  await fc.assert(
    fc.asyncProperty(stream, async (text) => {
      const items = await all(events([text]))
      const written = await all(sse(events([text])))
      expect(await all(events(written))).toEqual(items)
      expect(written).toEqual(items.map((item) => sse(item)))
    }),
    { numRuns: 1000 },
  )
})

describe('events', () => {
  test('an event is there with its empty line, a comment with its own', async () => {
    const source = new Watched(['data: a\n\r', '\n', ': c\n', 'data: b'])
    const made = events(source)
    expect((await made.next()).value).toMatchObject({ kind: 'event', data: 'a' })
    expect(source.taken).toBe(1)
    expect((await made.next()).value).toMatchObject({ kind: 'comment', comment: 'c' })
    expect(source.taken).toBe(3)
    await made.return?.()
    expect(source.closed).toBe(true)
  })

  test('data as JSON, or undefined when it is none', async () => {
    const found = await all(events(['data: {"a":\ndata: [1]}\n\ndata: [DONE]\n\n: c\n']))
    expect(found.map((event) => event.dataAsJson())).toEqual([{ a: [1] }, undefined, undefined])
  })

  test('all of it can be changed, also in a comment, as a modifier for events does', async () => {
    let out = ''
    for await (const event of events(['event: e\nid: 1\ndata: Ada\n\n: keep-alive\n\nretry: 10\n'])) {
      event.data = event.data.replaceAll('Ada', '[name]')
      out += sse(event)
    }
    expect(out).toBe('id: 1\nevent: e\ndata: [name]\n\n: keep-alive\n\nretry: 10\n\n')
  })

  test('an event or line that does not end is an error, not a memory', async () => {
    const endless = Array.from({ length: 10 }, () => 'data: x\n')
    await expect(all(events(endless, { limit: 10 }))).rejects.toThrow('events: an event has more than 10 characters')
    await expect(all(events(['data: 0123456789'], { limit: 10 }))).rejects.toThrow(
      'events: a line has more than 10 characters',
    )
  })

  test('a hundred thousand small events take linear time', async () => {
    const chunk = utf8('data: {"delta":"x"}\n\n'.repeat(1000))
    let count = 0
    const cost = await costOf(async () => {
      for await (const event of events(Array.from({ length: 100 }, () => chunk))) count += event.data === '' ? 0 : 1
    })
    expect(count).toBe(100_000)
    expect(cost).toBeLessThan(4000)
  })
})

describe('sse writes', () => {
  test.each<[event: EventLike, text: string]>([
    [{ data: 'a' }, 'data: a\n\n'],
    [{ data: '' }, 'data:\n\n'],
    [{ data: 'a\nb\r\nc\rd\n' }, 'data: a\ndata: b\ndata: c\ndata: d\ndata:\n\n'],
    [{ data: ' a' }, 'data:  a\n\n'],
    [{ data: { note: 'é' } }, 'data: {"note":"é"}\n\n'],
    [{ type: 'ping' }, 'event: ping\ndata:\n\n'],
    [{ event: 'ping', data: '1' }, 'event: ping\ndata: 1\n\n'],
    [{ type: 'message', data: '1' }, 'data: 1\n\n'],
    [{ id: '5' }, 'id: 5\n\n'],
    [{ id: '', data: '1' }, 'id:\ndata: 1\n\n'],
    [{ retry: 0 }, 'retry: 0\n\n'],
    [{ comment: 'a\nb' }, ': a\n: b\n\n'],
    [{ comment: '' }, ':\n\n'],
    [{ comment: 'c', retry: 1, id: 'i', type: 't', data: 'd' }, ': c\nretry: 1\nid: i\nevent: t\ndata: d\n\n'],
  ])('%j', (event, text) => {
    expect(sse(event)).toBe(text)
  })

  test.each<[event: unknown, sentence: string]>([
    [{}, 'sse: an event needs data, or at least a comment, an id or a retry'],
    ['data', 'sse: a string is not an event'],
    [null, 'sse: null is not an event'],
    [{ data: () => 1 }, 'sse: data cannot be a function'],
    [{ type: 'a\nb', data: '' }, 'sse: type must be one line: "a\\nb"'],
    [{ id: 'a\rb' }, 'sse: id must be one line: "a\\rb"'],
    [{ id: '\0' }, 'sse: id must have no NUL'],
    [{ id: 5 }, 'sse: id must be text, not a number'],
    [{ retry: 1.5 }, 'sse: retry must be whole milliseconds, not 1.5'],
    [{ comment: 5 }, 'sse: comment must be text, not a number'],
  ])('no %j', (event, sentence) => {
    expect(() => sse(event as never)).toThrow(new TypeError(sentence))
  })

  test('many, from any iterable', async () => {
    expect(await all(sse([{ data: 'a' }, { data: 'b' }]))).toEqual(['data: a\n\n', 'data: b\n\n'])
  })

  // A retry of 17 digits was read as a number that `sse` refuses, so that a modifier which changed nothing failed.
  test('a retry of any length is written as it can be counted', async () => {
    const read = await all(events([`retry: ${'9'.repeat(17)}\n\nretry: ${'9'.repeat(400)}\n\n`]))
    expect(read.map(({ retry }) => retry)).toEqual([Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER])
    expect((await all(sse(read))).join('')).toBe('retry: 9007199254740991\n\n'.repeat(2))
  })
})
