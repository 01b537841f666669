import { describe, expect, test } from 'vitest'
import { isLoopback } from '../../main/model/host.ts'
import { parseAddress, proxyUrl } from './address.ts'

describe('parseAddress', () => {
  test.each([
    ['8080', '127.0.0.1', 8080],
    [':8080', '127.0.0.1', 8080],
    ['0', '127.0.0.1', 0],
    ['127.0.0.1:0', '127.0.0.1', 0],
    ['0.0.0.0:8080', '0.0.0.0', 8080],
    ['localhost:65535', 'localhost', 65535],
    ['proxy.lan.example:80', 'proxy.lan.example', 80],
    ['[::1]:8080', '::1', 8080],
    ['[::1]', '::1', undefined],
    ['::1', '::1', undefined],
    ['::', '::', undefined],
    ['[fe80::1%eth0]:1', 'fe80::1%eth0', 1],
    ['192.168.0.7', '192.168.0.7', undefined],
  ])('%s', (text, host, port) => {
    expect(parseAddress(text)).toEqual({ ok: true, value: { host, port } })
  })

  test.each([
    '',
    ':',
    'localhost',
    '65536',
    '-1',
    '80 80',
    'localhost:',
    'localhost:http',
    'http://localhost:8080',
    '256.1.1.1:80',
    '1.2.3:80',
    '[localhost]:80',
    '[::1]x',
    '::1:',
    'a b:80',
  ])('%j is refused by name', (text) => {
    const parsed = parseAddress(text)
    expect(parsed.ok ? parsed.value : parsed.message).toContain(`"${text}" is not an address`)
  })
})

test.each([
  ['127.0.0.1', true],
  ['127.1.2.3', true],
  ['localhost', true],
  ['LOCALHOST', true],
  ['::1', true],
  ['0:0:0:0:0:0:0:1', true],
  ['::ffff:127.0.0.1', true],
  ['0.0.0.0', false],
  ['::', false],
  ['192.168.0.7', false],
  ['localhost.example', false],
  ['127.example.com', false],
])('%s is loopback: %s', (host, loopback) => {
  expect(isLoopback(host)).toBe(loopback)
})

test('a proxy is written as a URL, IPv6 in brackets', () => {
  expect(proxyUrl('127.0.0.1', 8080)).toBe('http://127.0.0.1:8080')
  expect(proxyUrl('::1', 1)).toBe('http://[::1]:1')
})
