import { describe, expect, test } from 'vitest'
import type { Flow } from '../model/flow.ts'
import { FlowLife, type FlowEvent, type FlowStart } from './life.ts'

const start: FlowStart = {
  client: { id: 1, address: '127.0.0.1', port: 50000, tls: undefined },
  method: 'GET',
  url: 'http://example.com/',
  httpVersion: '1.1',
  head: 'GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\n',
}
const closed = { code: 'CLIENT_CLOSED', side: 'client', phase: 'response-body', message: 'The client left.' } as const

function setUp(add: (flow: Flow) => void = () => undefined) {
  const kept: Flow[] = []
  const bugs: string[] = []
  const life = new FlowLife(
    {
      add: (flow) => {
        add(flow)
        kept.push(flow)
      },
    },
    (sentence) => bugs.push(sentence),
  )
  const told: string[] = []
  const listener = (event: FlowEvent) => told.push(`${event.kind} ${event.flow.id} ${event.flow.state} ${kept.length}`)
  return { life, kept, bugs, told, stop: life.listen(listener) }
}

test('a flow begins, has its delivery told, and ends: it is kept before the end is told', () => {
  const { life, kept, told, bugs } = setUp()
  const { flow } = life.begin(start)
  expect(life.openCount).toBe(1)
  expect(life.open()).toEqual([flow])
  life.delivery(flow)
  flow.timings.sent = 0
  life.end(flow)
  expect(told).toEqual(['begun 1 open 0', 'delivery 1 open 0', 'ended 1 ended 1'])
  expect(kept).toEqual([flow])
  expect(life.openCount).toBe(0)
  expect(flow.timings.end).toBeGreaterThanOrEqual(flow.timings.sent)
  expect(bugs).toEqual([])
})

test('ids count up from 1, and every flow has the same shape', () => {
  const { life } = setUp()
  const [one, two] = [life.begin(start).flow, life.begin({ ...start, method: 'POST' }).flow]
  expect([one.id, two.id]).toEqual([1, 2])
  expect(Object.keys(one)).toEqual(Object.keys(two))
  expect(one.notes).not.toBe(two.notes)
})

test('a second end is ignored and reported; the first error stays', () => {
  const { life, kept, told, bugs } = setUp()
  const { flow } = life.begin(start)
  life.end(flow, closed)
  life.end(flow, { ...closed, message: 'Once more.' })
  life.delivery(flow)
  expect(flow.error?.message).toBe('The client left.')
  expect(kept).toHaveLength(1)
  expect(told).toEqual(['begun 1 open 0', 'ended 1 ended 1'])
  expect(bugs).toEqual(['Flow 1 (GET http://example.com/) was ended twice: Once more.'])
})

test('what was known before the end is kept: an error, and the moment of the last byte', () => {
  const { life } = setUp()
  const { flow } = life.begin(start)
  flow.error = closed
  flow.timings.end = 7
  life.end(flow, { ...closed, message: 'Later.' })
  expect(flow.error).toBe(closed)
  expect(flow.timings.end).toBe(7)
})

describe('whoever fails hurts nobody else', () => {
  test('a listener', () => {
    const { life, kept, bugs } = setUp()
    life.listen(() => {
      throw new Error('listener broke')
    })
    const heard: string[] = []
    life.listen((event) => heard.push(event.kind))
    life.end(life.begin(start).flow)
    expect(heard).toEqual(['begun', 'ended'])
    expect(kept).toHaveLength(1)
    expect(bugs).toHaveLength(2)
    expect(bugs[0]).toMatch(/^A listener failed at flow 1, begun: Error: listener broke/)
  })

  test('the store', () => {
    const { life, told, bugs } = setUp(() => {
      throw new Error('store broke')
    })
    life.end(life.begin(start).flow)
    expect(told).toEqual(['begun 1 open 0', 'ended 1 ended 0'])
    expect(bugs[0]).toMatch(/^Flow 1 could not be kept: Error: store broke/)
  })

  test('a listener that ends the flow it hears of', () => {
    const { life, kept, bugs } = setUp()
    life.listen((event) => {
      if (event.kind === 'begun') life.end(event.flow, closed)
    })
    const { flow } = life.begin(start)
    expect(flow.state).toBe('ended')
    expect(kept).toHaveLength(1)
    expect(bugs).toEqual([])
  })
})

test('listeners may go while others are told, and one function may listen twice', () => {
  const { life, told, stop } = setUp()
  const heard: string[] = []
  const listener = (event: FlowEvent) => {
    heard.push(event.kind)
    stop()
  }
  const stopOnce = life.listen(listener)
  life.listen(listener)
  const { flow } = life.begin(start)
  expect(heard).toEqual(['begun', 'begun'])
  stopOnce()
  stopOnce()
  life.end(flow)
  expect(heard).toEqual(['begun', 'begun', 'ended'])
  expect(told).toEqual(['begun 1 open 0'])
})
