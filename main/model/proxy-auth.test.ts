import { expect, test } from 'vitest'
import { parseProxyAuth } from './proxy-auth.ts'

test.each([
  ['user:password', 'user', 'password'],
  ['a:b:c', 'a', 'b:c'],
  ['jürgen:p ä ss', 'jürgen', 'p ä ss'],
  [`${'u'.repeat(255)}:${'p'.repeat(255)}`, 'u'.repeat(255), 'p'.repeat(255)],
])('%s', (text, user, password) => {
  expect(parseProxyAuth(text)).toEqual({ ok: true, value: { user, password } })
})

test.each([
  ['', 'no colon'],
  ['secret', 'no colon'],
  [':secret', 'no user'],
  ['user:', 'no password'],
  ['user:sec\nret', 'control character'],
  [`user:${'ü'.repeat(128)}`, '255 bytes'],
])('%j is refused, without telling it', (text, why) => {
  const parsed = parseProxyAuth(text)
  expect(parsed).toMatchObject({ ok: false, message: expect.stringContaining(why) as unknown })
  expect(JSON.stringify(parsed)).not.toContain('secret')
  expect(JSON.stringify(parsed)).toContain('write USER:PASSWORD')
})
