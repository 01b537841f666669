import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Slots } from './slots.ts'

const told = (slots: Slots, ids: readonly number[], count: number): number[] => {
  const slotOf = slots.of(ids, count)
  return ids.map((id) => slotOf.get(id) ?? -1)
}

test('what stays keeps its element, what comes gets that of what has gone', () => {
  const slots = new Slots()
  expect(told(slots, [10, 11, 12], 4)).toEqual([0, 1, 2])
  expect(told(slots, [11, 12, 13], 4)).toEqual([1, 2, 0])
  expect(told(slots, [10, 11, 12, 13], 4)).toEqual([3, 1, 2, 0])
  expect(told(slots, [10, 11, 12, 13], 4)).toEqual([3, 1, 2, 0])
  expect(told(slots, [], 4)).toEqual([])
  expect(told(slots, [13, 12], 4)).toEqual([0, 1])
})

test('whatever comes and goes: each has one of so many, and keeps it', () => {
  const step = fc.tuple(fc.uniqueArray(fc.nat(30), { maxLength: 12 }), fc.integer({ min: 12, max: 16 }))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const slots = new Slots()
      let before: ReadonlyMap<number, number> = new Map()
      for (const [ids, count] of steps) {
        const slotOf = slots.of(ids, count)
        expect([...slotOf.keys()].sort()).toEqual([...ids].sort())
        expect(new Set(slotOf.values()).size).toBe(ids.length)
        for (const [id, slot] of slotOf) {
          expect(slot).toBeLessThan(count)
          const own = before.get(id)
          if (own !== undefined && own < count) expect(slot).toBe(own)
        }
        before = slotOf
      }
    }),
  )
})
