import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ArrivalLog, arrivals } from './arrivals.ts'

function logged(pieces: readonly [length: number, at: number][]): [length: number, at: number][] | undefined {
  const log = new ArrivalLog()
  for (const [length, at] of pieces) log.add(length, at)
  const packed = log.packed()
  return packed === undefined ? undefined : [...arrivals(packed)].map(({ length, atMs }) => [length, atMs])
}

describe('arrivals', () => {
  test('of nothing, or of one piece, are not kept', () => {
    expect(logged([])).toBeUndefined()
    expect(logged([[1000, 5]])).toBeUndefined()
    expect(logged([[0, 5], [1000, 6], [0, 7]])).toBeUndefined() // prettier-ignore
  })

  test('come back, with times since the first to a tenth of a millisecond', () => {
    const pieces: [number, number][] = [[16384, 1000], [1, 1000], [300, 1000.26], [5_000_000_000, 3_601_000]] // prettier-ignore
    expect(logged(pieces)?.map(([length, at]) => [length, Math.round(at * 10) / 10])).toEqual([
      [16384, 0],
      [1, 0],
      [300, 0.3],
      [5_000_000_000, 3_600_000],
    ])
  })

  test('keep every byte and never go back, whatever comes', () => {
    const piece = fc.tuple(fc.nat({ max: 2 ** 31 }), fc.float({ min: 0, max: 1000, noNaN: true }))
    fc.assert(
      fc.property(fc.array(piece, { minLength: 2, maxLength: 3000 }), (steps) => {
        let at = 0
        const pieces = steps.map(([length, after]): [number, number] => [length, (at += after)])
        const some = pieces.filter(([length]) => length > 0)
        const back = logged(pieces)
        if (some.length < 2) {
          expect(back).toBeUndefined()
          return
        }
        const sum = (all: readonly [number, number][]): number => all.reduce((total, [length]) => total + length, 0)
        expect(sum(back ?? [])).toBe(sum(some))
        expect((back ?? []).every(([, time], index) => index === 0 || time >= (back?.[index - 1]?.[1] ?? 0))).toBe(true)
        if (some.length <= 1024) expect(back?.map(([length]) => length)).toEqual(some.map(([length]) => length))
      }),
      { numRuns: 50 },
    )
  })

  test('of a million pieces are a thousand at most, from the first to the last', () => {
    const log = new ArrivalLog()
    for (let index = 0; index < 1_000_000; index++) log.add(100, index)
    const packed = log.packed() ?? ''
    expect(packed.length).toBeLessThan(10_000)
    const all = [...arrivals(packed)]
    expect(all.length).toBeLessThanOrEqual(1024)
    expect(all.length).toBeGreaterThan(500)
    expect(all.reduce((sum, { length }) => sum + length, 0)).toBe(100_000_000)
    expect(all.at(-1)?.atMs).toBeGreaterThan(990_000)
    // Even: none is earlier than it could be by more than the grain.
    const grain = (all[0]?.length ?? 0) / 100
    for (const [index, { atMs }] of all.entries()) expect(Math.abs(atMs - index * grain)).toBeLessThan(2 * grain)
  })

  test('a text that is none ends', () => {
    expect([...arrivals('\xff\xff\xff')].length).toBeLessThan(3)
    expect([...arrivals('abc')].length).toBe(2)
  })
})
