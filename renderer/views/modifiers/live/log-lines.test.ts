import { expect, test } from 'vitest'
import { cleared, emptyLog, missingLines, mostLines, withAnswer, type Log } from './log-lines.ts'

const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => ({
    position: from + index,
    at: 0,
    flow: 1,
    text: `line ${from + index}`,
  }))
const answer = (from: number, to: number, dropped = 0) => ({ entries: lines(from, to), position: to, dropped })
const shown = ({ entries }: Log): number[] => entries.map(({ position }) => position)

test('lines follow each other, and one that is told twice is there once', () => {
  let log = withAnswer(emptyLog, answer(1, 3))
  log = withAnswer(log, answer(3, 5))
  expect(shown(log)).toEqual([1, 2, 3, 4, 5])
  expect(log.position).toBe(5)
  expect(missingLines(log)).toBe(0)
})

test('no news is the same log', () => {
  const log = withAnswer(emptyLog, answer(1, 3))
  expect(withAnswer(log, { entries: [], position: 3, dropped: 0 })).toBe(log)
})

test('what the host did not keep is counted', () => {
  const log = withAnswer(emptyLog, answer(101, 103, 100))
  expect(missingLines(log)).toBe(100)
})

test('what is cleared stays away, and counts as nothing missing', () => {
  const log = cleared(withAnswer(emptyLog, answer(1, 10)))
  expect(log.entries).toEqual([])
  const next = withAnswer(log, answer(9, 12))
  expect(shown(next)).toEqual([11, 12])
  expect(missingLines(next)).toBe(0)
})

test('a host that was started again begins anew', () => {
  const log = withAnswer(cleared(withAnswer(emptyLog, answer(1, 10))), answer(1, 2))
  expect(shown(log)).toEqual([1, 2])
})

test('bounded', () => {
  const log = withAnswer(emptyLog, answer(1, mostLines + 500))
  expect(log.entries).toHaveLength(mostLines)
  expect(missingLines(log)).toBe(500)
})
