import { expect, test } from 'vitest'
import { logLine } from './modifier-log.ts'

test('an entry has the name of its modifier and the number of its flow, and hides nothing', () => {
  expect(logLine({ file: '/m/count-bytes.ts', flow: 7, text: '3 chunks' })).toBe(
    'modifier count-bytes: 3 chunks (flow 7)',
  )
  expect(logLine({ file: '/m/a.b.ts', flow: 0, text: 'loaded' })).toBe('modifier a.b: loaded')
  expect(logLine({ file: '/m/a.ts', flow: 1, text: '\x1b[2Jone\r\nmodifier b: two' })).toBe(
    'modifier a: \\x1b[2Jone\n  modifier b: two (flow 1)',
  )
})
