import { describe, expect, test } from 'vitest'
import { drawnHeight, hexRow, rowCount, rowsSeen } from './hex-rows.ts'

test('a whole row, and one that ends early keeps its columns', () => {
  expect(hexRow(Buffer.from('HTTP/1.1 200 OK\r'), 0x10, 100)).toEqual({
    offset: '00000010',
    hex: '48 54 54 50 2f 31 2e 31  20 32 30 30 20 4f 4b 0d',
    ascii: 'HTTP/1.1 200 OK·',
  })
  expect(hexRow(Uint8Array.of(0, 0xff), 0, 2)).toEqual({ offset: '00000000', hex: '00 ff', ascii: '··' })
  expect(hexRow(Uint8Array.of(1), 2 ** 33, 2 ** 34).offset).toBe('000200000000')
})

test('rows of a body', () => {
  expect([0, 1, 16, 17].map(rowCount)).toEqual([0, 1, 1, 2])
})

describe('rows in view', () => {
  const rowHeight = 18
  test('around the place scrolled to, within the body', () => {
    expect(rowsSeen({ scrollTop: 0, height: 180, rowHeight, rows: 4 })).toEqual({ first: 0, last: 4, top: 0 })
    expect(rowsSeen({ scrollTop: 1800, height: 180, rowHeight, rows: 1000 })).toEqual({
      first: 92,
      last: 119,
      top: 92 * 18,
    })
  })

  test('4 GiB: the ends are reached, and rows are drawn where one looks', () => {
    const rows = 2 ** 28
    const height = 500
    const bottom = drawnHeight(rows, rowHeight) - height
    expect(rowsSeen({ scrollTop: bottom, height, rowHeight, rows }).last).toBe(rows)
    expect(rowsSeen({ scrollTop: 0, height, rowHeight, rows }).first).toBe(0)
    for (const scrollTop of [1_000, 1_000_000, 15_000_000, bottom]) {
      const { first, last, top } = rowsSeen({ scrollTop, height, rowHeight, rows })
      expect(top).toBeLessThanOrEqual(scrollTop)
      expect(top + (last - first) * rowHeight).toBeGreaterThanOrEqual(scrollTop + height - rowHeight)
    }
  })
})
