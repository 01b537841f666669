import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FlowIndex } from './flow-index.ts'

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('push' as const), skipIds: fc.nat({ max: 3 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('shift' as const), skipIds: fc.nat({ max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('take' as const), skipIds: fc.nat({ max: 3 }) }) },
)

test('any order of pushing and dropping gives what a list and a map give', () => {
  const plan = fc.array(fc.tuple(step, fc.integer({ min: 1, max: 900 })), { maxLength: 30 })
  const stride = fc.constantFrom(1, 2, 1024, 2 ** 31, 2 ** 33 + 1)
  fc.assert(
    fc.property(plan, stride, (steps, factor) => {
      const index = new FlowIndex()
      let model: { id: number; segment: number; offset: number; sequence: number }[] = []
      const gone: number[] = []
      let [id, sequence] = [0, 0]
      for (const [{ do: what, skipIds }, times] of steps) {
        if (what === 'take') {
          // From the middle, with survivors in between.
          const from = Math.floor((model.length * skipIds) / 4)
          const taken = new Set(
            model.slice(from, from + times).flatMap((one, n) => (n % 3 === skipIds ? [] : [one.id])),
          )
          index.take(taken)
          gone.push(...taken)
          model = model.filter((one) => !taken.has(one.id))
          continue
        }
        for (let i = 0; i < times; i++) {
          if (what === 'push') {
            id += (1 + skipIds) * factor
            const entry = { id, segment: id + 1, offset: i * 7, sequence: sequence++ }
            index.push(entry.id, entry.segment, entry.offset)
            model.push(entry)
          } else {
            const dropped = model.shift()
            if (dropped === undefined) break
            index.shift()
            gone.push(dropped.id)
          }
        }
      }
      expect(index.size).toBe(model.length)
      expect(index.pushed).toBe(sequence)
      expect(index.oldest).toBe(model[0]?.sequence ?? sequence)
      model.forEach((entry, n) => {
        const slot = index.find(entry.id)
        expect(slot).toBe(index.slotAt(n))
        const found = [index.idAt(slot!), index.segmentAt(slot!), index.offsetAt(slot!)]
        const { segment, offset } = entry
        if (found.join() !== [entry.id, segment, offset].join()) expect(found).toEqual([entry.id, segment, offset])
      })
      for (const old of gone) if (index.find(old) !== undefined) expect(old).toBe('gone')
    }),
    { numRuns: 40 },
  )
})

test('ids need not come in order', () => {
  const index = new FlowIndex()
  for (const id of [9, 1, 5]) index.push(id, id, id)
  index.shift()
  expect(index.find(9)).toBeUndefined()
  expect(index.segmentAt(index.find(1)!)).toBe(1)
  expect(index.idAt(index.slotAt(1))).toBe(5)
})

// Ids that count up lay side by side in the table, and taking one out looked at all of them: 45 µs per request.
test('dropping costs the same however many there are', () => {
  const index = new FlowIndex()
  for (let id = 1; id <= 100_000; id++) index.push(id, 0, 0)
  const began = process.cpuUsage()
  for (let id = 100_001; id <= 200_000; id++) {
    index.shift()
    index.push(id, 0, 0)
  }
  const { user, system } = process.cpuUsage(began)
  expect(user + system).toBeLessThan(500_000)
})

test('cleared, it is as new but goes on counting', () => {
  const index = new FlowIndex()
  for (let id = 1; id <= 5; id++) index.push(id, 0, 0)
  index.clear()
  expect([index.size, index.pushed, index.oldest, index.find(3)]).toEqual([0, 5, 5, undefined])
  index.push(3, 7, 8)
  expect(index.segmentAt(index.find(3)!)).toBe(7)
})
