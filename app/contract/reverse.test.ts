import { expect, test } from 'vitest'
import { isOfThisMachine } from './reverse.ts'

test.each([
  ['9000=https://api.example.com', true],
  ['127.0.0.1:9000=https://api.example.com/v1', true],
  ['[::1]:9000=https://api.example.com', true],
  ['localhost:9000=https://api.example.com', true],
  ['https://api.example.com', false],
  ['0.0.0.0:9000=https://api.example.com', false],
  ['nonsense', false],
])('%s is of this machine alone: %s', (text, expected) => {
  expect(isOfThisMachine(text)).toBe(expected)
})
