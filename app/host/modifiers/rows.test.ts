import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import type { ModifierState } from '../../../main/index.ts'
import type { AppliedModifier } from '../../../main/model/modifier.ts'
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
      isRead: true,
      recode: true,
      status: 'applied',
      version: 3,
      transforms: true,
      readsHead: false,
      stats: { ...stats, medianMs: 0.5 },
    })
  })

  test('of one whose file on disk is broken tells both: what is applied, and why the newer is not', () => {
    const problem = {
      code: 'MODIFIER_BROKEN',
      message: 'modifier "a" cannot run: oh',
      file: '/m/a.ts',
      line: 2,
      column: 5,
    } as const
    expect(rowOf(listed(), file, state({ problem }), undefined)).toMatchObject({
      status: 'applied',
      problem: { code: 'MODIFIER_BROKEN', message: 'Modifier "a" cannot run: oh.', line: 2, column: 5 },
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

describe('a row of one that has not run', () => {
  const match = { path: '/x' }

  test('tells what is written in its file', () => {
    const declared = { problem: undefined, match }
    expect(rowOf(listed({ off: true }), { ...file, declared }, undefined, undefined)).toMatchObject({
      ...{ status: 'off', exported: match, isRead: true },
    })
    expect(rowOf(listed(), { ...file, declared }, undefined, undefined)).toMatchObject({
      ...{ status: 'loading', exported: match, isRead: true },
    })
  })

  test('or that nobody knows it, and why it could not be switched on', () => {
    const problem = {
      code: 'MODIFIER_BROKEN',
      message: 'modifier "a": no',
      file: '/m/a.ts',
      line: 2,
      column: 5,
    } as const
    const row = rowOf(listed({ off: true }), { ...file, declared: { problem, match: undefined } }, undefined, undefined)
    expect(row).toMatchObject({ status: 'off', exported: {}, isRead: false, problem: { line: 2 } })
  })
})

test('only what a modifier has done is its failure', () => {
  const error = {
    side: 'modifier',
    code: 'MODIFIER_THREW',
    phase: 'response-body',
    message: 'modifier "a" threw x',
    line: 3,
  } as const
  const modifiers = [
    { file: '/m/b.ts', version: 1 },
    { file: '/m/a.ts', version: 4 },
  ] as AppliedModifier[] // what is looked at
  const failure = failureOf({ id: 9, error: { ...error, file: '/m/a.ts' }, modifiers }, 1234)
  const told = { code: 'MODIFIER_THREW', message: 'Modifier "a" threw x.', line: 3, flow: 9, at: 1234, version: 4 }
  expect(failure).toStrictEqual(told)
  expect(rowOf(listed(), file, state(), failure).failure).toEqual(failure)
  expect(failureOf({ id: 9, error: { ...error, side: 'origin' } }, 1234)).toBeUndefined()
  expect(failureOf({ id: 9, error: undefined }, 1234)).toBeUndefined()
})
