import { expect, test } from 'vitest'
import { passthroughPattern } from './passthrough.ts'

test.each<[string, string, number, boolean]>([
  ['bank.example', 'bank.example', 443, true],
  ['BANK.example', 'bank.EXAMPLE', 443, true],
  ['bank.example', 'www.bank.example', 443, false],
  ['*.bank.example', 'www.bank.example', 443, true],
  ['*.bank.example', 'bank.example', 443, false],
  ['*bank.example', 'bank.example', 443, true],
  ['bank.example', 'bank.example', 8443, true],
  ['bank.example:8443', 'bank.example', 8443, true],
  ['bank.example:8443', 'bank.example', 443, false],
  ['bank.example:*', 'bank.example', 443, true],
  ['bank.example:84*', 'bank.example', 8443, true],
  ['*:8443', 'any.example', 8443, true],
  ['*', 'any.example', 1, true],
  ['127.0.0.1', '127.0.0.1', 443, true],
  ['127.0.0.1:443', '127.0.0.1', 443, true],
  ['::1', '::1', 443, true],
  ['[::1]', '::1', 443, true],
  ['::1', '[::1]', 443, true],
  ['[::1]:443', '::1', 443, true],
  ['[::1]:443', '[::1]', 444, false],
  ['fe80::*', 'fe80::1', 443, true],
  ['::1', '[0:0:0:0:0:0:0:1]', 443, true],
  ['[2001:DB8::0]:443', '2001:db8:0::', 443, true],
  ['bücher.example', 'xn--bcher-kva.example', 443, true],
  ['*.BÜCHER.example:443', 'a.xn--bcher-kva.example', 443, true],
  ['bücher.example', 'bucher.example', 443, false],
  ['10.0.0.0/8', '10.1.2.3', 443, true],
  ['10.0.0.0/8', '11.1.2.3', 443, false],
  ['fe80::/10', '[fe80::1]', 443, true],
  ['10.0.0.0/8', '10.example', 443, false],
  ['', 'a', 1, false],
])('the pattern %j on %s, port %d: %s', (pattern, host, port, matches) => {
  expect(passthroughPattern([pattern], host, port)).toBe(matches ? pattern : undefined)
})

test('the first pattern that matches is named', () => {
  expect(passthroughPattern(['x', '*.a', '*'], 'b.a', 443)).toBe('*.a')
  expect(passthroughPattern([], 'b.a', 443)).toBeUndefined()
})
