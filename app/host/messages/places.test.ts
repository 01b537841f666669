import { expect, test } from 'vitest'
import { placed } from './places.ts'

const sent = { direction: 'sent' } as const

// The places of a list and of a search were those of before, and what was chosen became another message.
test('places are others when some that were listed are not any more, and a filter leaves them out', () => {
  const before = placed([{ from: 10, to: 20 }], 100, sent, undefined)
  expect(before).toEqual({ listed: { all: 100, lost: 10 }, moved: false })
  const gaps = [{ from: 10, to: 60 }]
  expect(placed(gaps, 150, sent, before.listed)).toEqual({ listed: { all: 150, lost: 50 }, moved: true })
  // Without a filter each keeps its number.
  expect(placed(gaps, 150, {}, before.listed).moved).toBe(false)
})

test('what was lost as it came has moved nothing, and is told once', () => {
  const { listed } = placed([], 100, sent, undefined)
  const full = placed([{ from: 100, to: 120 }], 120, sent, listed)
  expect(full).toEqual({ listed: { all: 120, lost: 20 }, moved: false })
  const later = placed([{ from: 100, to: 130 }], 140, sent, full.listed)
  expect(later).toEqual({ listed: { all: 140, lost: 30 }, moved: false })
})
