import { expect, test } from 'vitest'
import { isLoopback, plainHost } from './host.ts'

test.each([
  ['Example.COM', 'example.com'],
  ['example.com.', 'example.com'],
  ['[::1]', '::1'],
  ['.', '.'],
])('%s is written %s', (host, plain) => {
  expect(plainHost(host)).toBe(plain)
})

test('listening stays on this machine, however its name is written', () => {
  for (const host of [
    'localhost',
    'LOCALHOST.',
    '127.0.0.1',
    '127.9.9.9',
    '::1',
    '[::1]',
    '0:0:0:0:0:0:0:1',
    '::ffff:127.0.0.1',
  ])
    expect([host, isLoopback(host)]).toEqual([host, true])
  for (const host of ['0.0.0.0', '::', '192.168.1.5', 'localhost.example', '::ffff:10.0.0.1', ''])
    expect([host, isLoopback(host)]).toEqual([host, false])
})
