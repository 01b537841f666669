import fc from 'fast-check'
import { expect, test } from 'vitest'
import { drawnHeightOf, fromBar, isExact, lastTop, toBar, type Scrolled } from './scroll.ts'

const any = fc.record({
  rows: fc.integer({ min: 0, max: 50_000_000 }),
  rowHeight: fc.constant(18),
  height: fc.integer({ min: 1, max: 3000 }),
})

test('there and back is the same place, and both ends are both ends', () => {
  fc.assert(
    fc.property(any, fc.double({ min: 0, max: 1, noNaN: true }), (scrolled: Scrolled, part) => {
      const most = lastTop(scrolled)
      const bar = drawnHeightOf(scrolled) - scrolled.height
      expect(toBar(0, scrolled)).toBe(0)
      expect(fromBar(0, scrolled)).toBe(0)
      if (most > 0) {
        expect(toBar(most, scrolled)).toBeCloseTo(bar, 3)
        expect(fromBar(bar, scrolled)).toBeCloseTo(most, 3)
      }
      expect(fromBar(toBar(most * part, scrolled), scrolled)).toBeCloseTo(most * part, 3)
    }),
  )
})

test('a pixel is a pixel as long as a browser can draw it', () => {
  expect(toBar(123_456, { rows: 600_000, rowHeight: 18, height: 500 })).toBe(123_456)
  expect(isExact({ rows: 600_000, rowHeight: 18, height: 500 })).toBe(true)
  const tall = { rows: 10_000_000, rowHeight: 18, height: 500 }
  expect([isExact(tall), drawnHeightOf(tall)]).toEqual([false, 30_000_000])
})
