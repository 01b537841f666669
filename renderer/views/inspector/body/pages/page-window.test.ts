import { expect, test } from 'vitest'
import { CallError } from '../../../../../app/contract/wire.ts'
import { PageWindow } from './page-window.ts'

const length = 16

function opened() {
  const asked: number[] = []
  const signals: AbortSignal[] = []
  let fail = false
  const pages = new PageWindow(length, new Uint8Array(length).fill(0), async (offset, signal) => {
    asked.push(offset / length)
    signals.push(signal)
    await new Promise((resolve) => setImmediate(resolve))
    if (fail) throw new CallError({ code: 'CLOSED', message: 'It broke.' })
    if (signal.aborted) throw new CallError({ code: 'CANCELLED', message: 'Cancelled.' })
    return { bytes: new Uint8Array(length).fill(offset / length) }
  })
  const settled = () => new Promise((resolve) => setTimeout(resolve, 5))
  return { pages, asked, signals, settled, breaks: (next: boolean) => (fail = next) }
}

test('the first page is there; others are asked for once, and tell when they have come', async () => {
  const { pages, asked, settled } = opened()
  let told = 0
  pages.subscribe(() => told++)
  pages.want(0, 2)
  pages.want(0, 2)
  expect([...pages.bytes(16, 2)]).toEqual([])
  await settled()
  expect(asked).toEqual([1, 2])
  expect(told).toBe(2)
  expect([...pages.bytes(34, 2)]).toEqual([2, 2])
})

test('what is scrolled past is given up, and asked for again on the way back', async () => {
  const { pages, asked, signals, settled } = opened()
  pages.want(5, 5)
  pages.want(9, 9)
  expect(signals[0]?.aborted).toBe(true)
  pages.want(5, 5)
  await settled()
  expect(asked).toEqual([5, 9, 5])
  expect([...pages.bytes(80, 1)]).toEqual([5])
  expect(pages.fault).toBeUndefined()
})

test('only a few are kept, those that were looked at last', async () => {
  const { pages, asked, settled } = opened()
  for (let page = 1; page <= 14; page++) {
    pages.want(page, page)
    await settled()
  }
  pages.want(14, 14)
  expect(asked).toHaveLength(14)
  expect(pages.bytes(1 * length, 1)).toHaveLength(0)
  expect(pages.bytes(14 * length, 1)).toHaveLength(1)
})

test('a failure is a sentence until a page comes', async () => {
  const { pages, settled, breaks } = opened()
  breaks(true)
  pages.want(1, 1)
  await settled()
  expect(pages.fault).toBe('It broke.')
  breaks(false)
  pages.want(1, 1)
  await settled()
  expect(pages.fault).toBeUndefined()
})
