import { expect, test } from 'vitest'
import { isOwnName } from './own-name.ts'

test.each([
  ['localhost', true],
  ['192.168.1.5', true],
  ['box', true],
  ['box.local', true],
  ['spillway.local', true],
  ['192.168.1.6', false],
  ['box.example', false],
  ['api.localhost', false],
  ['a.example', false],
])('%s: %s', (asked, own) => expect(isOwnName(asked, '192.168.1.5', 'Box')).toBe(own))
