import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tailBytes } from '../../contract/contract.ts'
import { Ring } from './tail.ts'

test('the ring gives what is behind a position, as far back as it goes', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 3 * tailBytes }), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(fc.nat(100_000), sizes, fc.integer({ min: -5, max: 4 * tailBytes }), (begin, lengths, back) => {
      const ring = new Ring(begin)
      const all: number[] = []
      for (const length of lengths) {
        const bytes = Uint8Array.from({ length }, (_, index) => (all.length + index) * 31)
        for (const byte of bytes) all.push(byte)
        ring.write(bytes, begin + all.length)
      }
      const end = begin + all.length
      const behind = ring.after(end - back)
      expect(ring.position).toBe(end)
      expect(behind).toHaveLength(Math.max(0, Math.min(back, all.length, tailBytes)))
      expect([...behind]).toEqual(behind.length === 0 ? [] : all.slice(-behind.length))
    }),
    { numRuns: 60 },
  )
})

test('bytes that were not seen are no beginning', () => {
  const ring = new Ring(0)
  ring.write(Buffer.from('abc'), 3)
  ring.write(Buffer.from('xyz'), 1003)
  expect(Buffer.from(ring.after(0)).toString()).toBe('xyz')
})
