import { beforeEach, expect, test } from 'vitest'
import { deselect, inspect, select, useSelection } from './selection.ts'

const now = (): [number | undefined, number[]] => {
  const { focused, selected } = useSelection.getState()
  return [focused, [...selected]]
}

beforeEach(() => select(undefined))

test('what is hidden leaves a selection of several, and the focus stays where it can', () => {
  select(2, new Set([1, 2, 3]))
  deselect((id) => id === 1)
  expect(now()).toEqual([2, [2, 3]])
})

test('a focus that is hidden goes to one that is left, or nowhere', () => {
  select(2, new Set([1, 2, 3]))
  deselect((id) => id === 2)
  expect(now()).toEqual([3, [1, 3]])
  deselect(() => true)
  expect(now()).toEqual([undefined, []])
})

test('a single flow stays what the inspector shows, hidden or not', () => {
  inspect(7)
  deselect(() => true)
  expect(now()).toEqual([7, [7]])
  expect(useSelection.getState().inspecting).toBe(true)
})
