import { describe, expect, test } from 'vitest'
import type { ModifierRow } from '../../../../app/contract/modifiers.ts'
import { modifiers } from '../../../texts/modifiers.ts'
import { barsOf, isOfNow } from './bars-of.ts'
import { unknown } from './open-file.ts'

const { status: words } = modifiers
const hung = { code: 'MODIFIER_HUNG', message: 'Modifier "a" hangs.', line: 4, column: 2 }
const failed = { ...hung, flow: 7, at: 2000, version: 1 }

const row = (more: Partial<ModifierRow>): ModifierRow =>
  ({ id: 'a', name: 'a.ts', changedAt: 1000, status: 'applied', version: 1, ...more }) as ModifierRow

const facts = { ...unknown, status: 'ready' } as const

describe('each thing is said once', () => {
  /** Ended for the third time, there were three bars, two of them with the same words and the same button. */
  test('switched off by itself: what it did, where, on which flow, and the way back', () => {
    expect(barsOf(row({ status: 'killed', problem: hung, failure: failed }), facts)).toEqual([
      { kind: 'wrong', message: hung.message, more: words.killed3, line: 4, column: 2, flow: 7, isOff: true },
    ])
  })

  test('broken since it failed: only that, as it is to be mended first', () => {
    const problem = { code: 'MODIFIER_BROKEN', message: 'It cannot be compiled.', line: 1 }
    expect(barsOf(row({ problem, failure: failed }), facts)).toMatchObject([
      { message: problem.message, more: words.lastGood, flow: undefined },
    ])
    expect(barsOf(row({ problem, status: 'broken' }), facts)).toMatchObject([{ more: words.nothingApplied }])
  })

  test('a file that is gone is not told again by what cannot run because of it', () => {
    const gone = row({ problem: { code: 'MODIFIER_BROKEN', message: 'The file is not there.' } })
    expect(barsOf(gone, { ...facts, missing: 'gone' })).toMatchObject([{ kind: 'missing', isGone: true }])
    expect(barsOf(gone, { ...facts, status: 'failed' })).toEqual([])
    expect(barsOf(gone, facts)).toHaveLength(1)
  })

  test('nothing is wrong', () => expect(barsOf(row({}), facts)).toEqual([]))
})

/** After a throw on line 6 other code was saved, and its line 6 was marked for what it had not done. */
describe('a failure goes with the text that failed', () => {
  test.each<[string, boolean, Partial<ModifierRow>]>([
    ['of this version', true, { failure: failed }],
    ['before the file was written', false, { failure: { ...failed, at: 999 } }],
    ['of a flow that ran on with the version before', false, { failure: failed, version: 2 }],
    ['of the last good version, and what is on disk is broken', false, { failure: failed, problem: hung }],
    ['of one that was switched off by itself', true, { failure: failed, problem: hung, status: 'killed' }],
    ['of one that is off, and was not touched since', true, { failure: failed, version: 0, status: 'off' }],
  ])('%s: %s', (_, expected, more) => expect(isOfNow(row(more))).toBe(expected))

  test('of an earlier version it says so, and leads to no line', () => {
    expect(barsOf(row({ failure: failed, version: 2 }), facts)).toMatchObject([
      { message: failed.message, more: words.ofBefore, line: undefined, flow: 7 },
    ])
    expect(barsOf(row({ failure: { ...failed, at: 999 }, version: 2 }), facts)).toEqual([])
  })
})
