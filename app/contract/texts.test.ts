import { expect, test } from 'vitest'
import { flagOf, options, variableOf, type Option, type OptionKey } from './options.ts'
import { parseTexts } from './texts.ts'

const parse = (key: OptionKey, ...texts: string[]): unknown => {
  const option: Option = options[key]
  const parsed = parseTexts(option, texts)
  return parsed.ok ? parsed.value : parsed.message
}

test('one key, three spellings', () => {
  expect(flagOf('streamUnknown')).toBe('--stream-unknown')
  expect(variableOf('streamUnknown')).toBe('SPILLWAY_STREAM_UNKNOWN')
  expect(flagOf('listen')).toBe('--listen')
})

test.each(['', '-1', '1f', 'ak', '1 2', 'NaN', 'Infinity'])('the size %j is refused by name', (text) => {
  expect(parse('stream', text)).toContain(`"${text}" is not a size`)
})

test('sizes, counts, switches and choices', () => {
  expect(parse('stream', '3m')).toBe(3 * 1024 ** 2)
  expect(parse('stream', '1m', '0')).toBe(0)
  expect(parse('headLimit', '1k')).toBe(1024)
  expect(parse('headLimit', '1b')).toBe('1 is too small: at least 1024')
  expect(parse('holdMs', '0')).toBe(0)
  expect(parse('holdMs', '2147483648')).toBe('2147483648 is too large: at most 2147483647')
  expect(parse('holdMs', '1.5')).toBe('"1.5" is not a whole number')
  expect(parse('holdMs', '0x10')).toBe('"0x10" is not a whole number')
  expect(parse('maxFlows', '0')).toBe('0 is too small: at least 1')
  expect(parse('liveTypes', 'OFF')).toBe(false)
  expect(parse('insecure', '1')).toBe(true)
  expect(parse('insecure', 'maybe')).toBe('"maybe" is neither "on" nor "off"')
  expect(parse('streamUnknown', 'later')).toBe('"later" is not one of "crossover", "now"')
})

test('an upstream proxy is kept as it was written, and refused without its credentials', () => {
  expect(parse('upstream', 'socks5h://me:secret@p:1')).toBe('socks5h://me:secret@p:1')
  expect(parse('upstream', 'me:secret@p:1')).toContain('"***@p:1" is not an upstream proxy')
})

test('lists take every text, and refuse what could never match', () => {
  expect(parse('passthrough', 'a.example', '*:8443')).toEqual(['a.example', '*:8443'])
  expect(parse('passthrough', 'https://a.example')).toContain('"https://a.example" is not a host pattern')
  expect(parse('passthrough', 'a.example', '')).toContain('"" is not a host pattern')
  expect(parse('resolve', 'a=127.0.0.1', 'b:1=::1')).toEqual(['a=127.0.0.1', 'b:1=::1'])
  expect(parse('resolve', 'a=b')).toContain('"b" in "a=b" is not an IP address')
  expect(parse('noProxy', 'a.example, *.lan', 'b:8080,<-loopback>')).toEqual([
    'a.example',
    '*.lan',
    'b:8080',
    '<-loopback>',
  ])
  expect(parse('noProxy', 'a,,b')).toContain('"" is not a host pattern')
  expect(parse('noProxy', '10.0.0.0/8,fe80::/10')).toEqual(['10.0.0.0/8', 'fe80::/10'])
  expect(parse('noProxy', '10.0.0.0/33')).toContain('"10.0.0.0/33" is not a host pattern')
  expect(parse('originCa', 'a.pem', 'b, c.pem')).toEqual(['a.pem', 'b, c.pem'])
})

test('credentials are kept as they were written, and refused without being told', () => {
  expect(parse('proxyAuth', 'me:se:cret')).toBe('me:se:cret')
  expect(parse('proxyAuth', 'secret')).toBe(
    'these credentials have no colon between user and password: write USER:PASSWORD',
  )
})
