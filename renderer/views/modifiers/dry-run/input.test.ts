import { describe, expect, test } from 'vitest'
import type { FlowRow } from '../../../../app/contract/flow-row.ts'
import { cutOf, recordedFlows, sameInput } from './input.ts'

const flow = (id: number, url: string, more: Partial<FlowRow> = {}): FlowRow => ({
  ...{ id, url, state: 'done', method: 'GET', host: 'a.test', path: '/', size: 10, startedAt: 0, end: 5, notes: 0 },
  recorded: 'complete',
  ...more,
})
const ids = (rows: readonly FlowRow[], words = '', most = 10): number[] =>
  recordedFlows(rows, words, most).found.map(({ id }) => id)

describe('flows to run on', () => {
  test('only those with something recorded, the newest first', () => {
    const rows = [
      flow(1, 'http://a.test/1'),
      flow(2, 'http://a.test/2', { recorded: 'missing' }),
      flow(3, 'http://a.test/3', { recorded: 'truncated' }),
      flow(4, 'http://a.test/4', { size: 0 }),
      flow(5, 'http://a.test/5', { recorded: 'partial' }),
    ]
    expect(ids(rows)).toEqual([5, 3, 1])
  })

  test('those that the modifier would run on come first', () => {
    const rows = [1, 2, 3, 4].map((id) => flow(id, 'http://a.test/'))
    expect(recordedFlows(rows, '', 10, new Set([1, 3, 9])).found.map(({ id }) => id)).toEqual([3, 1, 4, 2])
  })

  test('all words must be there, in any order and case', () => {
    const rows = [flow(1, 'http://a.test/v1/chat', { method: 'POST' }), flow(2, 'http://a.test/v1/models')]
    expect(ids(rows, 'chat post')).toEqual([1])
    expect(ids(rows, 'V1')).toEqual([2, 1])
    expect(ids(rows, 'v1 nothing')).toEqual([])
  })

  test('as many as are asked for; the others are counted', () => {
    const rows = Array.from({ length: 30 }, (_, index) => flow(index + 1, 'http://a.test/'))
    expect(recordedFlows(rows, '', 20)).toMatchObject({ more: 10, any: true })
    expect(recordedFlows([], '', 20)).toEqual({ found: [], more: 0, any: false })
  })
})

test.each([
  ['', { ok: true, cut: undefined }],
  [' 16 ', { ok: true, cut: 16 }],
  ['0', { ok: false, cut: undefined }],
  ['-1', { ok: false, cut: undefined }],
  ['1.5', { ok: false, cut: undefined }],
  ['x', { ok: false, cut: undefined }],
  ['99999999999999999999', { ok: false, cut: undefined }],
])('cutting at %j', (text, cut) => expect(cutOf(text)).toEqual(cut))

test('another source is another input', () => {
  const text = { kind: 'text', text: 'a', cut: 3 } as const
  expect(sameInput({ kind: 'sample' }, { kind: 'sample' })).toBe(true)
  expect(sameInput({ kind: 'sample' }, undefined)).toBe(false)
  expect(sameInput({ kind: 'flow', id: 1 }, { kind: 'flow', id: 2 })).toBe(false)
  expect(sameInput({ kind: 'flow', id: 1 }, text)).toBe(false)
  expect(sameInput(text, { ...text })).toBe(true)
  expect(sameInput(text, { kind: 'text', text: 'a' })).toBe(false)
})
