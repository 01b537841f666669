import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RowMap } from './row-map.ts'

test('says where each row is, whatever turns out', () => {
  const changes = fc.array(fc.tuple(fc.nat(9), fc.nat(20)), { maxLength: 30 })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 }), changes, (pages, told) => {
      const map = new RowMap(pages, 7, 0.5)
      const rows = Array.from<unknown, number>({ length: pages }, (_, page) => (page === pages - 1 ? 4 : 7))
      for (const [page, count] of told) {
        map.set(page, count)
        if (page < pages) rows[page] = count
        const all = rows.flatMap((many, at) => Array.from({ length: many }, (_, row) => ({ page: at, row })))
        expect(map.total).toBe(all.length)
        all.forEach((where, row) => expect(map.find(row)).toEqual(where))
        if (all.length > 0) expect(map.find(all.length + 5)).toEqual(all.at(-1))
      }
    }),
  )
})
