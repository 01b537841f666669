import { expect, test } from 'vitest'
import { byteGaps, listGaps } from './gap-notes.ts'

test('what is missing is told: how much, where, and why', () => {
  const why = 'the disk did not take it (ENOSPC: no space left on device, write)'
  const gap = { from: 1024, to: 3 * 1024 }
  // The window reads them (renderer/views/inspector/messages/states.ts).
  expect(byteGaps('sent', [gap], [why])).toBe(`2048 bytes of what was sent are not recorded (1024 to 3071): ${why}`)
  expect(listGaps([gap], [why])).toBe(`64 messages are not listed (33 to 96): ${why}`)
  expect(listGaps([{ from: 64, to: 96 }], [why])).toBe(`1 message is not listed (3 to 3): ${why}`)
  const many = [0, 1, 2, 3, 4].map((n) => ({ from: 10 * n, to: 10 * n + 5 }))
  expect(byteGaps('received', many, ['a', 'b'])).toBe(
    '25 bytes of what was received are not recorded (0 to 4, 10 to 14, 20 to 24 and in 2 more places): a; b',
  )
  expect([byteGaps('sent', [], []), listGaps([], [])]).toEqual([undefined, undefined])
})
