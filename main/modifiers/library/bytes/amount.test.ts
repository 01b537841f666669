import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatSize, parseSize } from '../../../model/size.ts'
import { rateOf, sizeOf } from './amount.ts'

const size = (text: unknown): number | undefined => {
  try {
    return sizeOf('f', text)
  } catch {
    return undefined
  }
}

test('a size is what it is everywhere else in Spillway', () => {
  const written = fc.oneof(fc.string(), fc.stringMatching(/^\d{0,20}\.?\d{0,5} ?[bkmgtfBKMGTF]{0,2}$/))
  fc.assert(
    fc.property(written, (text) => {
      const parsed = parseSize(text)
      expect(size(text)).toBe(parsed.ok ? parsed.value : undefined)
    }),
    { numRuns: 2000 },
  )
  fc.assert(fc.property(fc.maxSafeNat(), (bytes) => size(formatSize(bytes)) === bytes))
})

describe('a rate', () => {
  test.each([
    ['64k/s', 65_536],
    ['64 KB/s', 65_536],
    ['1.5M/S', 1.5 * 1024 ** 2],
    ['500/s', 500],
    ['64 k/s', 65_536],
    ['2mb/s', 2 * 1024 ** 2],
    [1000, 1000],
    [0.5 + 1, 1.5],
  ])('%j is %d bytes per second', (rate, bytes) => {
    expect(rateOf('f', rate)).toBe(bytes)
  })

  test.each([
    '',
    '64k',
    '64k/m',
    'k/s',
    '-1/s',
    '0/s',
    '1e3/s',
    '1.5/s',
    0,
    -1,
    Number.NaN,
    Infinity,
    undefined,
    null,
    {},
  ])('%j is none, and the sentence says how it is written', (rate) => {
    expect(() => rateOf('throttle', rate)).toThrow(
      /^throttle: .+ is not a rate: write bytes per second, as a number or like "64k\/s", "1\.5m\/s"$/,
    )
  })

  test('what was written is in it', () => {
    expect(() => rateOf('throttle', '64k')).toThrow('throttle: "64k" is not a rate')
    expect(() => rateOf('throttle', 'x'.repeat(1000))).toThrow(`"${'x'.repeat(60)}…"`)
  })
})
