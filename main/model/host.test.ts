import { expect, test } from 'vitest'
import { isLoopback, plainHost } from './host.ts'

test.each([
  ['Example.COM', 'example.com'],
  ['example.com.', 'example.com'],
  ['[::1]', '::1'],
  ['.', '.'],
  ['[2001:DB8:0:0::1]', '2001:db8::1'],
  ['::FFFF:127.0.0.1', '::ffff:7f00:1'],
  ['fe80::1%eth0', 'fe80::1%eth0'],
  // What people read is not what clients ask for (RFC 5890 §2.3.2.1); a pattern was never found to match it.
  ['Bücher.example', 'xn--bcher-kva.example'],
  ['*.bücher.example.', '*.xn--bcher-kva.example'],
  ['ü/b', 'ü/b'],
  ['\u{10ffff}', '\u{10ffff}'],
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
