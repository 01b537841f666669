import { describe, expect, test } from 'vitest'
import type { ModifierEntry } from '../../../../main/model/modifier.ts'
import { arranged, listOf, matchOf, replaced } from './entries.ts'

const row = (id: string, off = false) => ({ id, off, match: {}, recode: false })
const files = (list: readonly { entry: ModifierEntry }[]): string[] => list.map(({ entry }) => entry.file)

describe('the list', () => {
  test('has those given from outside first, and what else lies in the folder last and off', () => {
    const list = listOf(['/f.ts'], [{ file: '/b.ts' }, { file: '/a.ts', off: true }], ['/a.ts', '/c.ts'])
    expect(list).toEqual([
      { entry: { file: '/f.ts' }, fixed: true, stray: false },
      { entry: { file: '/b.ts' }, fixed: false, stray: false },
      { entry: { file: '/a.ts', off: true }, fixed: false, stray: false },
      { entry: { file: '/c.ts', off: true }, fixed: false, stray: true },
    ])
  })

  test('has each file once, and what is given from outside wins', () => {
    const list = listOf(
      ['/a.ts', '/a.ts'],
      [{ file: '/a.ts', off: true }, { file: '/b.ts' }, { file: '/b.ts' }],
      ['/b.ts'],
    )
    expect(list).toEqual([
      { entry: { file: '/a.ts' }, fixed: true, stray: false },
      { entry: { file: '/b.ts' }, fixed: false, stray: false },
    ])
  })
})

describe('a new order', () => {
  const list = listOf(
    ['/fixed.ts'],
    [{ file: '/a.ts', match: { host: 'x' } }, { file: '/b.ts', recode: true }, { file: '/c.ts' }],
    ['/d.ts'],
  )

  test('is that of the rows, and the others keep theirs behind it', () => {
    const entries = arranged(list, [row('/c.ts'), row('/d.ts')])
    expect(entries).toEqual([
      { file: '/c.ts' },
      { file: '/d.ts' },
      { file: '/a.ts', match: { host: 'x' } },
      { file: '/b.ts', recode: true },
    ])
  })

  test('has each once, and nothing that is fixed or unknown', () => {
    const rows = [row('/b.ts'), row('/fixed.ts'), row('/etc/passwd'), row('/b.ts', true)]
    expect(files(arranged(list, rows).map((entry) => ({ entry })))).toEqual(['/b.ts', '/a.ts', '/c.ts'])
    expect(arranged(list, rows)[0]).toEqual({ file: '/b.ts' })
  })

  test('keeps switches, match fields and coding as the rows say', () => {
    const match = { host: ' *.example.com ', path: '', type: 'text/*' }
    const [first] = arranged(list, [{ id: '/a.ts', off: true, match, recode: true }])
    const fields = { host: '*.example.com', type: 'text/*' }
    expect(first).toEqual({ file: '/a.ts', off: true, match: fields, recode: true })
  })
})

test('one entry is replaced or taken away, in its place', () => {
  const list = listOf(['/f.ts'], [{ file: '/a.ts' }, { file: '/b.ts', off: true }], ['/stray.ts'])
  expect(replaced(list, '/a.ts', (entry) => ({ ...entry, file: '/z.ts' }))).toEqual([
    { file: '/z.ts' },
    { file: '/b.ts', off: true },
  ])
  expect(replaced(list, '/b.ts', () => undefined)).toEqual([{ file: '/a.ts' }])
  expect(replaced(list, '/stray.ts', ({ off }) => ({ file: '/named.ts', off: off === true }))).toEqual([
    { file: '/a.ts' },
    { file: '/b.ts', off: true },
    { file: '/named.ts', off: true },
  ])
})

test('no field is no match', () => expect(matchOf({ host: '', path: '  ' })).toBeUndefined())
