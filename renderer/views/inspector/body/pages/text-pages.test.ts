import { expect, test } from 'vitest'
import { CallError } from '../../../../../app/contract/wire.ts'
import type { Places } from '../../reading/text-places.ts'
import { LineNumbers } from './line-numbers.ts'
import { TextPages } from './text-pages.ts'

const settled = () => new Promise((resolve) => setTimeout(resolve, 1))

const text = Array.from({ length: 400 }, (_, line) => `line ${line} grün\n`).join('')
const body = Buffer.from(text)
const places: Places = { total: body.length, encoding: 'utf-8', length: 100, reach: 40 }

function opened(fail: () => boolean = () => false) {
  const reads: number[] = []
  const signals: AbortSignal[] = []
  const read = (offset: number, length: number, signal: AbortSignal): Promise<Uint8Array> => {
    reads.push(offset)
    signals.push(signal)
    return fail()
      ? Promise.reject(new CallError({ code: 'CLOSED', message: 'It broke.' }))
      : Promise.resolve(body.subarray(offset, offset + length))
  }
  return { pages: new TextPages(places, read), read, reads, signals }
}

test('the last page is one question away, and ends with the text', async () => {
  const { pages, reads } = opened()
  pages.want(pages.count - 1, pages.count)
  await settled()
  expect(reads).toHaveLength(1)
  expect(text.endsWith(pages.page(pages.count - 1)!.text)).toBe(true)
})

test('what is scrolled past is given up; few are kept, and a forgotten one is read again', async () => {
  const { pages, reads, signals } = opened()
  pages.want(0, 1)
  pages.want(30, 31)
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, false, false])
  for (let index = 0; index < 20; index++) {
    pages.want(index, index)
    await settled()
  }
  expect(pages.page(0)).toBeUndefined()
  expect(pages.page(19)).toBeDefined()
  pages.want(0, 0)
  await settled()
  expect(pages.page(0)?.text).toMatch(/^line 0 /)
  expect(reads.at(-1)).toBe(0)
})

test('a failure is told, and the page may be wanted again', async () => {
  let broken = true
  const { pages } = opened(() => broken)
  pages.want(0, 0)
  await settled()
  expect(pages.fault).toBe('It broke.')
  broken = false
  pages.want(0, 0)
  await settled()
  expect([pages.fault, pages.page(0)?.startsLine]).toEqual([undefined, true])
})

test('lines are counted from the beginning, and known as far as it has come', async () => {
  const { read } = opened()
  let told = 0
  const lines = new LineNumbers(places, read, () => told++)
  expect(lines.before({ index: 1, skipped: 0 })).toBeUndefined()
  await expect.poll(() => lines.before({ index: 50, skipped: 1 })).toBeDefined()
  const before = body.subarray(0, 5000).toString().split('\n').length - 1
  expect(lines.before({ index: 50, skipped: 1 })).toBe(before + 1)
  expect(lines.before({ index: 0, skipped: 0 })).toBe(0)
  expect(told).toBeGreaterThan(0)
})

test('counting stops when nobody wants it, and when it cannot go on', async () => {
  const { read, reads } = opened()
  const lines = new LineNumbers(places, read, () => undefined)
  lines.close()
  await settled()
  expect(reads.length).toBeLessThan(2)
  const broken = opened(() => true)
  const none = new LineNumbers(places, broken.read, () => undefined)
  await settled()
  expect(none.before({ index: 1, skipped: 0 })).toBeUndefined()
})
