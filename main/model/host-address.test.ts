import { expect, test } from 'vitest'
import { parseHostAddress } from './host-address.ts'

test.each([
  ['api.example=10.0.0.1', 'api.example', '10.0.0.1'],
  ['*.example:8443=[::1]', '*.example:8443', '::1'],
  ['*=::1', '*', '::1'],
  ['[::2]:443=127.0.0.1', '[::2]:443', '127.0.0.1'],
  ['a=fe80::1%eth0', 'a', 'fe80::1%eth0'],
])('%s', (text, pattern, address) => {
  expect(parseHostAddress(text)).toEqual({ ok: true, value: { pattern, address } })
})

test.each([
  ['', '"" is not an address for a host: write NAME=ADDRESS'],
  ['api.example', '"api.example" is not an address for a host'],
  // As curl has it.
  ['api.example:443:127.0.0.1', 'is not an address for a host'],
  ['=127.0.0.1', 'is not an address for a host'],
  ['a,b=127.0.0.1', 'is not an address for a host'],
  ['http://a/=127.0.0.1', 'is not an address for a host'],
  ['a b=127.0.0.1', 'is not an address for a host'],
  ['a=', '"" in "a=" is not an IP address'],
  ['a=b.example', '"b.example" in "a=b.example" is not an IP address'],
  ['a=127.0.0.256', 'is not an IP address'],
  ['a=127.0.0.01', 'is not an IP address'],
  ['a=127.1', 'is not an IP address'],
  ['a=[127.0.0.1]', 'is not an IP address'],
  ['a=127.0.0.1:80', 'is not an IP address'],
  ['a=::1]', 'is not an IP address'],
  ['a=:::1', 'is not an IP address'],
])('%j is refused by name', (text, message) => {
  const parsed = parseHostAddress(text)
  expect(parsed.ok ? parsed.value : parsed.message).toContain(message)
})
