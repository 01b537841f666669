import { expect, test } from 'vitest'
import { checkSettings } from '../../../../app/contract/settings.ts'
import type { PanelKey } from '../../../texts/settings.ts'
import { amount, readText, written } from './written.ts'

test.each<[PanelKey, string, unknown]>([
  ['stream', '3m', 3145728],
  ['stream', ' 3M ', 3145728],
  ['stream', '0', 0],
  ['stream', '', null],
  ['holdMs', '2s', 2000],
  ['holdMs', '500', 500],
  ['idleLimitMs', 'never', null],
  ['maxFlows', '10', 10],
  ['listen', '8080', '8080'],
  ['listen', '[::1]:9', '[::1]:9'],
  ['caDir', '/tmp/my ca', '/tmp/my ca'],
])('%s: %j is taken as %j, and by the schema too', (key, text, value) => {
  expect(readText(key, text)).toEqual({ ok: true, value })
  if (value !== null) expect(checkSettings({ [key]: value })).toMatchObject({ success: true })
})

test.each<[PanelKey, string]>([
  ['stream', '3x'],
  ['stream', '-1'],
  ['holdMs', 'half a second'],
  ['holdMs', 'never'],
  ['holdMs', '1000h'],
  ['connectTimeoutMs', '0'],
  ['connectTimeoutMs', 'never'],
  ['maxFlows', '0'],
  ['maxFlows', '1.5'],
  ['headLimit', '10'],
  ['listen', '99999'],
  ['listen', '1.2.3'],
])('%s: %j is refused with a sentence', (key, text) => {
  const read = readText(key, text)
  expect(read.ok ? '' : read.message).toMatch(/\w+ \w+/)
})

test('a value is written as its field reads it', () => {
  const values: [PanelKey, unknown, string][] = [
    ['stream', 3145728, '3m'],
    ['holdMs', 500, '500ms'],
    ['maxFlows', 100000, '100000'],
    ['listen', { host: '::1', port: 80 }, '[::1]:80'],
    ['listen', { host: '127.0.0.1', port: undefined }, '127.0.0.1'],
    ['stream', undefined, ''],
    ['streamUnknown', 'now', 'Stream at once'],
    ['passthrough', ['a', 'b'], 'a, b'],
  ]
  for (const [key, value, text] of values) expect(written(key, value)).toBe(text)
  expect(amount('stream', 3145728)).toBe('3,145,728 bytes')
  expect(amount('holdMs', 2000)).toBe('2,000 ms')
  expect(amount('maxFlows', 5)).toBeUndefined()
})
