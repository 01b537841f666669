import { expect, test } from 'vitest'
import { addressBytes, isWithin, parseSubnet } from './ip.ts'

test.each<[string, string, boolean]>([
  ['10.0.0.0/8', '10.255.0.1', true],
  ['10.0.0.0/8', '11.0.0.1', false],
  ['10.1.2.3/8', '10.9.9.9', true], // as written: what is behind the bits means nothing
  ['192.168.4.0/22', '192.168.7.255', true],
  ['192.168.4.0/22', '192.168.8.0', false],
  ['127.0.0.1/32', '127.0.0.1', true],
  ['127.0.0.1/32', '127.0.0.2', false],
  ['0.0.0.0/0', '255.1.2.3', true],
  ['0.0.0.0/0', '::1', false],
  ['::/0', '::1', true],
  ['::/0', '10.0.0.1', false],
  ['fe80::/10', 'febf::1', true],
  ['fe80::/10', 'fec0::1', false],
  ['2001:db8::/33', '2001:DB8:7fff::', true],
  ['2001:db8::/33', '2001:db8:8000::', false],
  ['::1/128', '0:0:0:0:0:0:0:1', true],
  ['10.0.0.0/8', 'a.example', false],
  ['10.0.0.0/8', '10.0.0.1.example', false],
])('%s and %s: %s', (subnet, address, within) => {
  expect(isWithin(address, parseSubnet(subnet)!)).toBe(within)
})

test.each([
  '10.0.0.0',
  '10.0.0.0/33',
  '10.0.0/8',
  '::1/129',
  '/8',
  '10.0.0.0/',
  '10.0.0.0/8/8',
  'a/8',
  '10.0.0.0/-1',
  '10.0.0.0/8:1',
])('%s is no subnet', (text) => {
  expect(parseSubnet(text)).toBeUndefined()
})

test('the bytes of addresses', () => {
  expect(addressBytes('127.0.0.1')).toEqual([127, 0, 0, 1])
  expect(addressBytes('1:0203::ff')).toEqual([0, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff])
  expect(addressBytes('fe80::1%eth0')?.slice(0, 2)).toEqual([0xfe, 0x80])
  expect(addressBytes('a.example')).toBeUndefined()
})
