/** delay, throttle and stallAfter, on a clock that moves only while they sleep. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Fed, Watched, all, cutAt, sameAtEveryCut, someCuts, utf8, whole } from '../testing/cuts.ts'
import { testHost, testLibrary } from '../testing/host.ts'

const size = (chunk: Uint8Array): number => chunk.length

describe('throttle', () => {
  test('any bytes, cuts and rate: all of them, and never more than the rate allows', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        someCuts,
        fc.integer({ min: 1, max: 500 }),
        async (given, where, rate) => {
          const host = testHost()
          let sent = 0
          const chunks: Uint8Array[] = []
          for await (const chunk of testLibrary(host).throttle(cutAt(given, where), rate)) {
            // What has gone before needs its time; a piece is 50 ms of it, or one byte.
            expect(sent).toBeLessThanOrEqual((host.now() / 1000) * rate + 1e-6)
            expect(chunk.length).toBeLessThanOrEqual(Math.max(1, rate / 20))
            sent += chunk.length
            chunks.push(chunk)
          }
          expect(Buffer.concat(chunks)).toEqual(Buffer.from(given))
        },
      ),
    )
  })

  test('64 KB at 16k/s take four seconds, in pieces', async () => {
    const host = testHost()
    const chunks = await all(testLibrary(host).throttle([new Uint8Array(65_536)], '16k/s'))
    expect(chunks.length).toBeGreaterThan(70)
    expect(host.now()).toBeGreaterThan(3900)
    expect(host.now()).toBeLessThanOrEqual(4000)
  })

  test('a slow source is not slowed', async () => {
    const host = testHost()
    const slow = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      for (let turn = 0; turn < 10; turn++) {
        await host.sleep(1000)
        yield new Uint8Array(100)
      }
    }
    await all(testLibrary(host).throttle(slow(), '1k/s'))
    expect(host.now()).toBe(10_000)
  })

  test('a silent source earns a little credit, no more', async () => {
    const host = testHost()
    const source = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      yield new Uint8Array(1)
      await host.sleep(60_000)
      yield new Uint8Array(10_000)
    }
    await all(testLibrary(host).throttle(source(), 1000))
    expect(host.now()).toBeGreaterThan(60_000 + 9700)
  })

  test('a rate that is none', () => {
    expect(() => testLibrary().throttle([], 'fast')).toThrow('throttle: "fast" is not a rate: write bytes per second')
  })
})

describe('delay', () => {
  test('waits once, or before each item', async () => {
    const host = testHost()
    const { delay } = testLibrary(host)
    await delay(500)
    expect(host.now()).toBe(500)
    const times: number[] = []
    for await (const item of delay(['a', 'b', 'c'], 100)) times.push(host.now() + item.length - 1)
    expect(times).toEqual([600, 700, 800])
  })

  test('changes nothing, at every cut', async () => {
    const { delay } = testLibrary()
    await sameAtEveryCut(utf8('a😀'), (chunks) => whole(delay(chunks, 5)), Buffer.from('a😀'))
  })

  test('mistakes', () => {
    const { delay } = testLibrary()
    expect(() => delay([], -1)).toThrow('delay: the time must be milliseconds from 0 on, as a number, not -1')
    expect(() => delay('500' as never)).toThrow(
      'delay: the time must be milliseconds from 0 on, as a number, not a string',
    )
    expect(() => delay([] as never)).toThrow('as a number, not an array')
    expect(() => delay(Number.NaN)).toThrow('delay: the time must be milliseconds from 0 on, as a number, not NaN')
    expect(() => delay([], undefined as never)).toThrow('not undefined')
  })
})

describe('stallAfter', () => {
  test('any bytes, cuts, place and time: all of them, with one pause there', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), someCuts, fc.nat(50), async (given, where, at) => {
        const host = testHost()
        let sent = 0
        const chunks: Uint8Array[] = []
        for await (const chunk of testLibrary(host).stallAfter(cutAt(given, where), at, 700)) {
          expect(host.now()).toBe(sent >= at ? 700 : 0)
          sent += chunk.length
          chunks.push(chunk)
        }
        expect(Buffer.concat(chunks)).toEqual(Buffer.from(given))
      }),
    )
  })

  test('for ever: the first bytes come, nothing more, and the source is let go when nobody waits any more', async () => {
    const source = new Watched([utf8('abc'), utf8('def'), utf8('ghi')])
    const naps: (() => void)[] = []
    let now = 0
    const host = {
      ...testHost(),
      now: () => now,
      sleep: (ms: number): Promise<void> =>
        new Promise((resolve) => {
          naps.push(() => {
            now += ms
            resolve()
          })
        }),
    }
    const made = testLibrary(host).stallAfter(source, 4)
    expect((await made.next()).value).toEqual(utf8('abc'))
    expect((await made.next()).value).toEqual(utf8('d'))
    const next = made.next()
    let over = false
    void next.then(() => (over = true))
    for (let second = 0; second < 5000; second++) {
      while (naps.length === 0) await Promise.resolve()
      naps.shift()?.()
    }
    expect({ over, now, closed: source.closed, taken: source.taken }).toEqual({
      over: false,
      now: 5_000_000,
      closed: false,
      taken: 2,
    })
    // No clock moves from here on.
    await made.return?.()
    expect(await next).toEqual({ done: true, value: undefined })
    expect(source).toMatchObject({ taken: 2, closed: true })
  })

  test('a body that is shorter passes', async () => {
    const host = testHost()
    expect((await all(testLibrary(host).stallAfter(['ab', 'c'], '1k'))).map(size)).toEqual([2, 1])
    expect(host.slept).toEqual([])
  })
})

test('a flow that is over ends its pauses, also where nobody can say so to the generator', async () => {
  const source = new Watched([utf8('a'), utf8('b')])
  const host = testHost()
  const { stallAfter } = testLibrary({ ...host, sleep: () => Promise.resolve() })
  expect((await all(stallAfter(source, 1))).map(size)).toEqual([1])
  expect(source).toMatchObject({ taken: 1, closed: true })
})

describe('ended in the middle of a pause', () => {
  test.each<
    [
      name: string,
      run: (source: Fed<Uint8Array>, library: ReturnType<typeof testLibrary>) => AsyncIterableIterator<Uint8Array>,
    ]
  >([
    ['delay', (source, { delay }) => delay(source, 60_000)],
    ['throttle', (source, { throttle }) => throttle(source, 1)],
    ['stallAfter', (source, { stallAfter }) => stallAfter(source, 1)],
  ])('%s ends at once and closes its source', async (_, run) => {
    const source = new Fed<Uint8Array>()
    const made = run(source, testLibrary({ ...testHost(), sleep: () => new Promise(() => undefined) }))
    let next = made.next()
    source.give(utf8('abc'))
    if (_ !== 'delay') {
      expect((await next).value).toEqual(utf8('a'))
      next = made.next()
    }
    await Promise.resolve()
    await made.return?.()
    expect((await next).done).toBe(true)
    expect(source.closed).toBe(true)
  })
})
