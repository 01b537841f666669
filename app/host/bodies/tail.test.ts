import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FlowLife, type BodyListener } from '../../../main/flows/index.ts'
import type { Flow } from '../../../main/model/flow.ts'
import { tailBytes } from '../../contract/contract.ts'
import { sampleFlow } from '../../headless/testing/sample-flow.ts'
import { Ring, Tails } from './tail.ts'

test('the ring gives what is behind a position, as far back as it goes', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 3 * tailBytes }), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(fc.nat(100_000), sizes, fc.integer({ min: -5, max: 4 * tailBytes }), (begin, lengths, back) => {
      const ring = new Ring(begin)
      const all: number[] = []
      for (const length of lengths) {
        const bytes = Uint8Array.from({ length }, (_, index) => (all.length + index) * 31)
        for (const byte of bytes) all.push(byte)
        ring.write(bytes, begin + all.length)
      }
      const end = begin + all.length
      const behind = ring.after(end - back)
      expect(ring.position).toBe(end)
      expect(behind).toHaveLength(Math.max(0, Math.min(back, all.length, tailBytes)))
      expect([...behind]).toEqual(behind.length === 0 ? [] : all.slice(-behind.length))
    }),
    { numRuns: 60 },
  )
})

test('bytes that were not seen are no beginning', () => {
  const ring = new Ring(0)
  ring.write(Buffer.from('abc'), 3)
  ring.write(Buffer.from('xyz'), 1003)
  expect(Buffer.from(ring.after(0)).toString()).toBe('xyz')
})

describe('watching', () => {
  const life = new FlowLife({ add: () => undefined }, () => undefined)
  let watchers = new Map<number, BodyListener>()
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
    watchers = new Map()
  })
  afterEach(() => vi.useRealTimers())

  function running(): Flow {
    const { client, request } = sampleFlow()
    const open = life.begin({ client, method: 'GET', url: 'http://a/', httpVersion: '1.1', head: request.head })
    const { id } = open.flow
    open.runner = {
      abort: () => undefined,
      watchBody(listener) {
        watchers.set(id, listener)
        return () => watchers.delete(id)
      },
    }
    return open.flow
  }

  const tails = () =>
    new Tails({
      running: () => life.open(),
      flows: { get: () => undefined } as unknown as ConstructorParameters<typeof Tails>[0]['flows'],
      watchBody: (id, listener) => life.watchBody(id, listener),
    })

  test('begins with the first question and ends two seconds after the last', () => {
    const all = tails()
    const { id } = running()
    expect(watchers.size).toBe(0)
    expect(all.read({ id, after: 0 })).toMatchObject({ position: 0, running: true })
    for (let second = 1; second <= 10; second++) {
      vi.advanceTimersByTime(1000)
      watchers.get(id)!(Buffer.from('x'), second)
      expect(all.read({ id, after: second - 1 })).toMatchObject({ position: second, bytes: new Uint8Array([120]) })
    }
    vi.advanceTimersByTime(3000)
    expect(watchers.size).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('is bounded, and the host lets go of all', () => {
    const all = tails()
    for (let n = 0; n < 100; n++) all.read({ id: running().id, after: 0 })
    expect(watchers.size).toBe(64)
    all.close()
    expect(watchers.size).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })
})
