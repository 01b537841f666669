import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { FlowRow } from '../../../app/contract/flow-row.ts'
import type { FlowChange } from '../flow-table.ts'
import { ListOrder } from './order.ts'
import { rebuild, type Rebuilt, type Sort } from './rebuild.ts'

const row = (id: number, size: number, status?: number): FlowRow => ({
  id,
  state: 'done',
  method: 'GET',
  url: `http://a/${id}`,
  host: 'a',
  path: `/${id}`,
  status,
  size,
  startedAt: 0,
  notes: 0,
})

const change = (rows: FlowRow[], removed: number[] = [], cleared = false): FlowChange => ({ rows, removed, cleared })
const bySize = (descending: boolean): Sort => ({ keyOf: (flow) => flow.size, descending })
const byStatus: Sort = { keyOf: (flow) => flow.status, descending: true }

test('flows come in the order of their arrival and keep it when they change', () => {
  const order = new ListOrder()
  order.apply(change([row(1, 5), row(2, 1)]))
  order.apply(change([row(4, 0), row(3, 0)]))
  const { revision } = order
  order.apply(change([row(1, 9)]))
  expect(order.ids).toEqual([1, 2, 3, 4])
  expect(order.revision).toBe(revision)
})

test('ties go by id in both directions, what is not known comes last in both', () => {
  const rows = [row(3, 1, 200), row(1, 1, 200), row(2, 1), row(4, 1, 404)]
  const order = new ListOrder()
  order.reset(rows, byStatus, undefined)
  expect(order.ids).toEqual([4, 1, 3, 2])
  order.reset(rows, { ...byStatus, descending: false }, undefined)
  expect(order.ids).toEqual([1, 3, 4, 2])
})

test('whatever changes, the order is what sorting and filtering everything would give', () => {
  const rowOf = fc.record({ id: fc.integer({ min: 1, max: 30 }), size: fc.integer({ min: 0, max: 8 }) })
  const step = fc.record({
    rows: fc.uniqueArray(rowOf, { selector: ({ id }) => id, maxLength: 12 }),
    removed: fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 4 }),
    cleared: fc.nat(20).map((n) => n === 0),
  })
  fc.assert(
    fc.property(fc.boolean(), fc.array(step, { maxLength: 30 }), (descending, steps) => {
      const accepts = (flow: FlowRow): boolean => flow.size % 4 !== 0
      const order = new ListOrder(bySize(descending), accepts)
      const all = new Map<number, FlowRow>()
      for (const { rows, removed, cleared } of steps) {
        if (cleared) all.clear()
        const gone = removed.filter((id) => !rows.some((one) => one.id === id))
        for (const id of gone) all.delete(id)
        const now = rows.map(({ id, size }) => row(id, size))
        for (const one of now) all.set(one.id, one)
        order.apply(change(now, gone, cleared))
        const sign = descending ? -1 : 1
        const expected = [...all.values()].filter(accepts).sort((a, b) => sign * (a.size - b.size) || a.id - b.id)
        expect(order.ids).toEqual(expected.map(({ id }) => id))
        for (const [index, id] of order.ids.entries()) expect(order.indexOf(id)).toBe(index)
      }
      expect(order.indexOf(undefined)).toBe(-1)
      expect(order.indexOf(999)).toBe(-1)
    }),
  )
})

test('a frame of changes among 100,000 flows takes a few milliseconds, whatever the sort', () => {
  const rows = Array.from({ length: 100_000 }, (_, index) => row(index + 1, (index * 7919) % 1_000_003))
  const order = new ListOrder()
  order.reset(rows, bySize(true), undefined)
  const took: number[] = []
  for (let frame = 0; frame < 30; frame++) {
    const changed = Array.from({ length: 10 }, (_, index) => row(1 + index * 997 + frame, frame * 10_000 + index))
    const before = process.cpuUsage()
    order.apply(change(changed))
    took.push(process.cpuUsage(before).user / 1000)
  }
  expect(order.ids).toHaveLength(100_000)
  // A full comparator sort takes ten times as long; the median, and of the processor's time, because this machine has other things to do.
  expect(took.sort((a, b) => a - b)[15]).toBeLessThan(16)
})

test('made anew in slices it is what sorting everything at once would give; no slice looks at more than a few rows', () => {
  const rows = Array.from({ length: 100_000 }, (_, index) => row(index + 1, (index * 7919) % 10_007))
  let looked = 0
  const accepts = (flow: FlowRow): boolean => {
    looked++
    return flow.size % 3 !== 0
  }
  const work = rebuild(rows, bySize(true), accepts)
  let made: Rebuilt | undefined
  let slices = 0
  while (!made) {
    const before = looked
    const step = work.next()
    slices++
    expect(looked - before).toBeLessThanOrEqual(512)
    if (step.done) made = step.value
  }
  const expected = rows.filter(accepts).sort((a, b) => b.size - a.size || a.id - b.id)
  expect(made.ids).toEqual(expected.map(({ id }) => id))
  expect(made.keys.size).toBe(expected.length)
  // Looking at them is two hundred, merging them the rest.
  expect(slices).toBeGreaterThan(400)
})
