import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FlowIds } from './flow-ids.ts'

/** What FlowIds is, written without care for speed. */
class Model {
  running = new Set<number>()
  ended: number[] = []
  all(): number[] {
    return [...this.running, ...this.ended].sort((a, b) => a - b)
  }
}

test('behaves like a sorted list with a queue, whatever is begun, ended, removed and dropped', () => {
  const action = fc.record({
    kind: fc.constantFrom('begin', 'begin', 'begin', 'end', 'end', 'remove', 'drop', 'clear'),
    pick: fc.nat(),
  })
  fc.assert(
    fc.property(fc.array(action, { maxLength: 300 }), fc.nat(200), (actions, at) => {
      const ids = new FlowIds()
      const model = new Model()
      let last = 0
      for (const { kind, pick } of actions) {
        const open = [...model.running]
        if (kind === 'begin') {
          ids.begin(++last)
          model.running.add(last)
        } else if (kind === 'end' && open.length > 0) {
          const id = open[pick % open.length]!
          ids.end(id)
          model.running.delete(id)
          model.ended.push(id)
        } else if (kind === 'remove' && model.ended.length > 0) {
          const [id] = model.ended.splice(pick % model.ended.length, 1)
          ids.remove(id!)
        } else if (kind === 'drop') {
          expect(ids.dropOldest()).toBe(model.ended.shift())
        } else if (kind === 'clear' && pick % 20 === 0) {
          ids.clear(open)
          model.ended = []
        }
      }
      const all = model.all()
      expect(ids.ended).toBe(model.ended.length)
      expect(ids.above(at, 7)).toEqual(all.filter((id) => id > at).slice(0, 7))
      expect(ids.below(at, 7)).toEqual(
        all
          .filter((id) => id < at)
          .toReversed()
          .slice(0, 7),
      )
      expect(all.every((id) => ids.has(id))).toBe(true)
      expect(ids.has(last + 1)).toBe(false)
    }),
  )
})

test('a million flows under a bound, one of which never ends, and half of which are deleted', () => {
  const ids = new FlowIds()
  ids.begin(1)
  for (let id = 2; id <= 1_000_000; id++) {
    ids.begin(id)
    ids.end(id)
    if (id % 2 === 0) ids.remove(id)
    if (ids.ended > 1000) ids.dropOldest()
  }
  expect(ids.ended).toBe(1000)
  expect(ids.above(0, 2)).toEqual([1, 998_001])
  expect(ids.above(0, Infinity)).toHaveLength(1001)
})
