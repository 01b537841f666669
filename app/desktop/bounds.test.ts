import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { keep, placeOf, readKept, smallest } from './bounds.ts'

const main = { x: 0, y: 25, width: 1600, height: 975 }
const left = { x: -1200, y: 0, width: 1200, height: 900 }
const kept = { x: 100, y: 100, width: 1000, height: 700, maximized: false }

test('a place that is still there is taken', () => {
  expect(placeOf(kept, [main])).toEqual(kept)
  const beside = { ...kept, x: -1100, y: 10 }
  expect(placeOf(beside, [main, left])).toEqual(beside)
})

test.each([
  ['a display that has gone', { ...kept, x: -1100 }],
  ['only its edge to be seen', { ...kept, x: 1550 }],
  ['a title above the screen', { ...kept, y: -400 }],
  ['a title below it', { ...kept, y: 999 }],
])('%s: the size stays, the system chooses the place', (_, found) => {
  expect(placeOf(found, [main])).toEqual({ width: 1000, height: 700, maximized: false })
})

test('a size that does not fit is made to', () => {
  expect(placeOf({ ...kept, width: 5000, height: 4000 }, [main])).toMatchObject({ width: 1600, height: 975 })
  expect(placeOf({ ...kept, width: 300, height: -5, maximized: true }, [main])).toMatchObject({
    ...smallest,
    maximized: true,
  })
})

test.each([undefined, null, 7, 'x', {}, { ...kept, x: '1' }, { ...kept, width: 1e9 }, { ...kept, y: 1.5 }])(
  '%j is nothing to go by',
  (found) => {
    expect(placeOf(found, [main])).toEqual({ width: 1360, height: 860, maximized: false })
  },
)

test('is read as it was kept; damaged, missing or unwritable files are passed over', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spillway-bounds-'))
  const file = join(folder, 'bounds.json')
  expect(readKept(file)).toBeUndefined()
  keep(file, kept)
  expect(readKept(file)).toEqual(kept)
  writeFileSync(file, '{"x":')
  expect(readKept(file)).toBeUndefined()
  keep(join(file, 'below-a-file'), kept)
  rmSync(folder, { recursive: true })
})
