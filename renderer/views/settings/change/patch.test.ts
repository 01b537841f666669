import { expect, test } from 'vitest'
import { checkSettings } from '../../../../app/contract/settings.ts'
import type { Values } from '../../../../app/contract/options.ts'
import { entryOf, patchOf, stillHolds } from './patch.ts'

const values: Values = {
  stream: 3145728,
  listen: { host: '::1', port: 8080 },
  passthrough: ['*.bank.example'],
  rules: [{ type: 'video/*', largerThan: 1024, delivery: 'stream' }],
  originCa: ['/a.pem'],
  insecure: true,
}

test('what holds, written as a change, gives the same again', () => {
  const patch = patchOf(values, Object.keys(values))
  expect(checkSettings(patch)).toMatchObject({ success: true, output: values })
})

test('what is not given goes back to not given', () => {
  expect(patchOf(values, ['holdMs', 'stream'])).toEqual({ holdMs: null, stream: 3145728 })
})

test('an entry leads back, as long as nobody else has changed the same', () => {
  const after: Values = { ...values, stream: 5 }
  const entry = entryOf('size', ['stream'], values, after)!
  expect(entry).toEqual({ label: 'size', before: { stream: 3145728 }, after: { stream: 5 } })
  expect(stillHolds(entry, { ...after, holdMs: 1 })).toBe(true)
  expect(stillHolds(entry, { ...after, stream: 6 })).toBe(false)
  expect(entryOf('size', ['stream'], after, { ...after, holdMs: 1 })).toBeUndefined()
})
