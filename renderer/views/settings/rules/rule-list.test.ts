import { expect, test } from 'vitest'
import { duplicated, inserted, lineKeys, moved, removed, saved, switched, whereIs, type Rules } from './rule-list.ts'

const a = { name: 'a', delivery: 'stream' } as const
const b = { name: 'b', delivery: 'buffer' } as const
const c = { name: 'c', delivery: 'stream', off: true } as const
const rules: Rules = [a, b, c]

test('every edit makes a new list and leaves the old one', () => {
  expect(moved(rules, 0, 2)).toEqual([b, c, a])
  expect(moved(rules, 2, 0)).toEqual([c, a, b])
  expect(moved(rules, 0, 9)).toEqual([b, c, a])
  expect(moved(rules, 0, -1)).toEqual([a, b, c])
  expect(moved(rules, 7, 0)).toEqual(rules)
  expect(removed(rules, 1)).toEqual([a, c])
  expect(inserted(rules, 3, b)).toEqual([a, b, c, b])
  expect(duplicated(rules, 0)).toEqual([a, a, b, c])
  expect(rules).toEqual([a, b, c])
})

test('a rule that is switched on says nothing of being off', () => {
  expect(switched(rules, 0)[0]).toEqual({ name: 'a', delivery: 'stream', off: true })
  expect(switched(rules, 2)[2]).toStrictEqual({ name: 'c', delivery: 'stream' })
})

test('an edited rule finds its place after another window has changed the list', () => {
  const edited = { ...b, host: 'x' }
  expect(saved(rules, b, 1, edited)).toEqual([a, edited, c])
  expect(saved([c, a, b], b, 1, edited)).toEqual([c, a, edited])
  expect(saved([a], b, 1, edited)).toEqual([a, edited])
  expect(saved([], b, 1, edited)).toEqual([edited])
  expect(saved(rules, undefined, 0, edited)).toEqual([edited, a, b, c])
  expect(whereIs([b, b], b, 1)).toBe(1)
  expect(whereIs([a], b, 0)).toBeUndefined()
})

test('keys stay with their rules and are never equal', () => {
  const keys = lineKeys([a, b, a])
  expect(new Set(keys).size).toBe(3)
  expect(lineKeys([b, a, a]).toSorted()).toEqual(keys.toSorted())
})
