import { expect, test } from 'vitest'
import type { ToWindow } from '../contract/wire.ts'
import { Unheard } from './unheard.ts'

const page: ToWindow = { id: 1, ok: true, value: { bytes: new Uint8Array(100_000), total: 5 } }
const plain: ToWindow = { id: 2, ok: true, value: undefined }

test('counts bytes and rows until they are heard, in order', () => {
  const unheard = new Unheard()
  unheard.sent(page)
  unheard.sent(plain)
  expect(unheard.bytes).toBeGreaterThan(100_000)
  unheard.heard()
  expect(unheard.bytes).toBeGreaterThan(0)
  expect(unheard.bytes).toBeLessThan(1000)
  unheard.heard()
  expect(unheard.bytes).toBe(0)
})

test('a window that says it heard what was never sent owes nothing and is owed nothing', () => {
  const unheard = new Unheard()
  for (let count = 0; count < 5; count++) unheard.heard()
  unheard.sent(plain)
  expect(unheard.bytes).toBeGreaterThan(0)
})
