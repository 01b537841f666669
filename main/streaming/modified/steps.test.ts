import { expect, test } from 'vitest'
import { InProcessModifier } from '../../testing/in-process-modifier.ts'
import { planSteps, type Applying } from './steps.ts'

/** "w" takes wire bytes, "d" decoded ones, "r" decoded ones that are to be coded again. */
function applyingOf(kinds: string): Applying[] {
  return Array.from(kinds, (kind): Applying => {
    const modifier = new InProcessModifier({ name: kind, decode: kind !== 'w', recode: kind === 'r' })
    const counts = { chunksIn: 0, bytesIn: 0, chunksOut: 0, bytesOut: 0 }
    return { modifier, applied: { name: kind, file: '', version: 1, editedHead: false, ...counts } }
  })
}

function planned(kinds: string, codings: ('gzip' | 'br')[] = ['gzip']) {
  const applying = applyingOf(kinds)
  const { steps, coded } = planSteps(applying, codings)
  const names = steps.map((step) => (step.kind === 'modifier' ? step.modifier.name : step.kind)).join(' ')
  return `${names}${coded ? ', coded' : ''}`
}

test.each([
  ['d', 'decode d'],
  ['w', 'w, coded'],
  ['r', 'decode r encode, coded'],
  ['dd', 'decode d d'],
  ['rr', 'decode r r encode, coded'],
  ['rd', 'decode r d'],
  ['wd', 'w decode d'],
  ['dw', 'decode d w'],
  ['rw', 'decode r encode w, coded'],
  ['rwd', 'decode r encode w decode d'],
])('%s: %s', (kinds, plan) => {
  expect(planned(kinds)).toBe(plan)
})

test.each([
  ['dw', ['modifier w gets decoded bytes: modifier d before it had them decoded']],
  ['wrdww', Array(2).fill('modifier w gets decoded bytes: modifier r before it had them decoded')],
  ['wd', []],
  ['rw', []],
])('%s: who wants wire bytes and cannot have them says so', (kinds, notes) => {
  expect(planSteps(applyingOf(kinds), ['gzip']).notes).toEqual(notes)
  expect(planSteps(applyingOf(kinds), []).notes).toEqual([])
})

test('where nothing is coded, nothing is decoded', () => {
  expect(planned('rwd', [])).toBe('r w d, coded')
})
