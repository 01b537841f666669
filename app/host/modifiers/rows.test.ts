import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import type { ModifierState } from '../../../main/index.ts'
import { contract } from '../../contract/contract.ts'
import type { Listed } from './list/entries.ts'
import { failureOf, modifierRow } from './rows.ts'

const listed = (more: Partial<Listed['entry']> = {}): Listed => ({
  entry: { file: '/m/a.ts', ...more },
  fixed: false,
  stray: false,
})
const file = { kept: true, changedAt: 1000 }
const stats = { flows: 2, running: 1, chunksIn: 3, bytesIn: 4, chunksOut: 5, bytesOut: 6, errors: 7 }

const state = (more: Partial<ModifierState> = {}): ModifierState => ({
  entry: { file: '/m/a.ts' },
  name: 'a',
  status: 'applied',
  version: 3,
  exports: { match: { host: 'x.example' }, transforms: true, readsHead: false, decode: true },
  problem: undefined,
  stats: { ...stats, medianMs: 0.5, worstMs: undefined },
  ...more,
})

/** Every row must be what the contract says. */
function rowOf(...given: Parameters<typeof modifierRow>) {
  const row = modifierRow(...given)
  expect(v.parse(contract.events.modifiers, { rows: [row], folder: '/m' }).rows).toEqual([row])
  return row
}

describe('a row', () => {
  test('of one that is applied tells what it exports and how it does', () => {
    const row = rowOf(listed({ match: { path: '/x' }, recode: true }), file, state(), undefined)
    expect(row).toStrictEqual({
      id: '/m/a.ts',
      name: 'a.ts',
      file: '/m/a.ts',
      off: false,
      fixed: false,
      kept: true,
      changedAt: 1000,
      match: { path: '/x' },
      exported: { host: 'x.example' },
      recode: true,
      status: 'applied',
      version: 3,
      transforms: true,
      readsHead: false,
      stats: { ...stats, medianMs: 0.5 },
    })
  })

  test('of one whose file on disk is broken tells both: what is applied, and why the newer is not', () => {
    const problem = { code: 'MODIFIER_BROKEN', message: 'a.ts: oh', file: '/m/a.ts', line: 2, column: 5 } as const
    expect(rowOf(listed(), file, state({ problem }), undefined)).toMatchObject({
      status: 'applied',
      problem: { code: 'MODIFIER_BROKEN', message: 'a.ts: oh', line: 2, column: 5 },
    })
  })

  test.each<[string, boolean, number | undefined, ModifierState | undefined]>([
    ['off', true, 1000, undefined],
    ['off', true, 1000, state({ status: 'off' })],
    ['broken', true, undefined, undefined],
    ['loading', false, 1000, undefined],
    ['killed', false, 1000, state({ status: 'killed' })],
  ])('is %s when off is %s, changed at %s', (status, off, changedAt, known) => {
    const row = rowOf(listed({ off }), { kept: true, changedAt }, known, undefined)
    expect(row.status).toBe(status)
    expect(row.problem?.message).toBe(
      changedAt === undefined ? 'a.ts is gone: put its file back, or remove it from the list.' : undefined,
    )
  })
})

test('only what a modifier has done is its failure', () => {
  const error = { side: 'modifier', code: 'MODIFIER_THREW', phase: 'response-body', message: 'a: oh', line: 3 } as const
  const failure = failureOf(error, 9, 1234)
  expect(failure).toStrictEqual({ code: 'MODIFIER_THREW', message: 'a: oh', line: 3, flow: 9, at: 1234 })
  expect(rowOf(listed(), file, state(), failure).failure).toEqual(failure)
  expect(failureOf({ ...error, side: 'origin' }, 9, 1234)).toBeUndefined()
  expect(failureOf(undefined, 9, 1234)).toBeUndefined()
})
