import { afterEach, expect, test, vi } from 'vitest'
import { pageMessages, type MessageRow } from '../../../../app/contract/messages.ts'
import { MessageList } from './message-list.ts'

const never = new AbortController().signal
const settled = () => new Promise((resolve) => setTimeout(resolve, 2))

function opened(total: number) {
  const asked: [from: number, limit: number][] = []
  const state = { total, lost: 0, ahead: false }
  const list = new MessageList((from, limit, since) => {
    asked.push([from, limit])
    const rows = Array.from({ length: Math.max(0, Math.min(limit, state.total - from)) }, (_, index) => {
      const row = { number: from + index, ...(state.ahead && { notInflated: 'ahead' }) }
      return row as MessageRow
    })
    const listed = { all: 1000, lost: state.lost }
    const moved = since !== undefined && since.lost !== state.lost
    return Promise.resolve({ total: state.total, rows, listed, moved })
  })
  return { list, asked, state }
}

afterEach(() => vi.useRealTimers())

test('pages in sight are asked for, and how many there are is known with the first', async () => {
  const { list, asked } = opened(1000)
  expect(list.total).toBeUndefined()
  list.want(0, 20)
  await settled()
  expect(list.total).toBe(1000)
  list.want(395, 410)
  await settled()
  expect(asked.map(([from]) => from)).toEqual([0, pageMessages, 2 * pageMessages])
  expect([395, 410].map((place) => list.row(place)?.number)).toEqual([395, 410])
  expect(list.row(900)).toBeUndefined()
})

test('a page that was not full is asked for again when there are more, and shown until then', async () => {
  const { list, state } = opened(10)
  list.want(0, 10)
  await settled()
  state.total = 12
  const renewed = list.renew(never)
  expect(list.row(9)?.number).toBe(9)
  await renewed
  await settled()
  expect(list.total).toBe(12)
  expect(list.row(11)?.number).toBe(11)
})

test('while one question is on its way, any number of news is one more', async () => {
  const { list, asked, state } = opened(0)
  list.want(0, 1)
  await settled()
  asked.length = 0
  for (let n = 1; n <= 100; n++) {
    state.total = n
    void list.renew(never)
  }
  await settled()
  expect(list.total).toBe(100)
  expect(asked.length).toBeLessThan(5)
})

test('what is not inflated yet is asked for again, until it is or nobody looks', async () => {
  vi.useFakeTimers()
  const { list, asked, state } = opened(3)
  state.ahead = true
  list.want(0, 3)
  await vi.advanceTimersByTimeAsync(1000)
  expect(asked.length).toBeGreaterThan(2)
  state.ahead = false
  await vi.advanceTimersByTimeAsync(1000)
  const { length } = asked
  expect(list.row(0)).toEqual({ number: 0 })
  await vi.advanceTimersByTimeAsync(1000)
  expect(asked).toHaveLength(length)
  state.ahead = true
  list.want(0, 3)
  list.close()
  await vi.advanceTimersByTimeAsync(1000)
  expect(asked).toHaveLength(length)
})

// It was known only by a smaller total: what came meanwhile hid it, and rows of two states stood beside each other.
test('when some were given up those behind them have other places: what is looked at is read anew', async () => {
  const { list, asked, state } = opened(1000)
  list.want(0, 20)
  list.want(395, 410)
  await settled()
  // As many have come.
  state.lost = 300
  asked.length = 0
  await list.renew(never)
  await settled()
  expect(list.moves).toBe(1)
  expect(asked.map(([from]) => from)).toEqual([1000, pageMessages, 2 * pageMessages])
  expect(list.row(0)).toBeUndefined()
  expect(list.row(400)?.number).toBe(400)
  // Who searches hears of it as well; what two were told of once is one move.
  const { since } = list
  list.hear(since, { listed: { all: 1000, lost: 400 }, moved: true })
  list.hear(since, { listed: { all: 1000, lost: 400 }, moved: true })
  expect(list.moves).toBe(2)
  expect(list.row(400)).toBeUndefined()
  list.close()
})

test('an answer that a newer one has overtaken says nothing of how many there are', async () => {
  const answers: ((total: number) => void)[] = []
  const told = { rows: [], listed: { all: 20, lost: 0 }, moved: false }
  const list = new MessageList(() => new Promise((resolve) => answers.push((total) => resolve({ total, ...told }))))
  list.want(0, 1)
  const renewed = list.renew(never)
  answers[1]?.(20)
  await renewed
  answers[0]?.(10)
  await settled()
  expect(list.total).toBe(20)
  list.close()
})

// The whole page was asked for, and inflated, again with every message that came.
test('of a page only what is missing is asked for, or not inflated yet, and what is there stays', async () => {
  const { list, asked, state } = opened(10)
  list.want(0, 10)
  await settled()
  const first = list.row(3)
  state.total = 12
  await list.renew(never)
  await settled()
  expect(asked.slice(1)).toEqual([
    [10, 1],
    [10, pageMessages - 10],
  ])
  expect(list.row(3)).toBe(first)
  expect(list.row(11)?.number).toBe(11)
})

test('what was inflated of a page stays while the rest of it is asked for again', async () => {
  vi.useFakeTimers()
  const asked: [from: number, limit: number][] = []
  // Each question inflates 100 of them.
  const list = new MessageList((from, limit) => {
    asked.push([from, limit])
    const rows = Array.from({ length: limit }, (_, index) => {
      return { number: from + index, ...(index >= 100 && { notInflated: 'ahead' }) } as MessageRow
    })
    return Promise.resolve({ total: pageMessages, rows, listed: { all: pageMessages, lost: 0 }, moved: false })
  })
  list.want(0, 20)
  await vi.advanceTimersByTimeAsync(1000)
  expect(asked).toEqual([
    [0, pageMessages],
    [100, pageMessages - 100],
  ])
  expect([0, 99, 100, 199].map((place) => list.row(place))).toEqual([0, 99, 100, 199].map((number) => ({ number })))
})
