import { expect, test } from 'vitest'
import type { ModifierRow } from '../../app/contract/modifiers.ts'
import { newsOf, wrongsOf } from './modifier-notices.ts'

const row = (id: string, message?: string, status: ModifierRow['status'] = 'broken'): ModifierRow =>
  ({ id, status, ...(message !== undefined && { problem: { code: 'X', message } }) }) as ModifierRow // what is looked at

const none = wrongsOf([row('a'), row('b')])
const broken = wrongsOf([row('a', 'It cannot be compiled.'), row('b')])

/** Saving broken code was told by two toasts over the bar that said it, and they were there long after it was mended. */
test('one that is looked at tells it itself; of another it is told once, and not for longer than it holds', () => {
  expect(newsOf(none, broken, 'a')).toEqual({ told: [], over: [] })
  expect(newsOf(none, broken, 'b')).toEqual({ told: [['a', 'It cannot be compiled.']], over: [] })
  expect(newsOf(broken, broken, undefined)).toEqual({ told: [], over: [] })
  expect(newsOf(broken, none, undefined)).toEqual({ told: [], over: ['a'] })
})

test('what was so before the window came is no news', () =>
  expect(newsOf(undefined, broken, undefined)).toEqual({ told: [], over: [] }))

test('another cause takes the place of the first', () => {
  const killed = wrongsOf([row('a', 'It hangs.', 'killed')])
  expect(newsOf(broken, killed, undefined).told).toEqual([
    ['a', expect.stringMatching(/^It hangs\. It had to be ended/)],
  ])
  expect(newsOf(killed, wrongsOf([]), undefined)).toEqual({ told: [], over: ['a'] })
})
