import { describe, expect, test } from 'vitest'
import { parseUpstream, upstreamName, withoutCredentials } from './upstream.ts'

describe('parseUpstream', () => {
  test.each([
    ['http://proxy.example:3128', 'http', 'proxy.example', 3128, undefined],
    ['http://proxy.example', 'http', 'proxy.example', 80, undefined],
    ['HTTPS://Proxy.Example/', 'https', 'proxy.example', 443, undefined],
    ['socks5://127.0.0.1', 'socks5', '127.0.0.1', 1080, undefined],
    ['socks5h://[::1]:9050', 'socks5h', '::1', 9050, undefined],
    ['http://me:secret@p:1', 'http', 'p', 1, { user: 'me', password: 'secret' }],
    ['http://me@p:1', 'http', 'p', 1, { user: 'me', password: '' }],
    ['http://@p:1', 'http', 'p', 1, undefined],
    ['http://a%40b:c%3Ad%20%C3%A9@p:1', 'http', 'p', 1, { user: 'a@b', password: 'c:d é' }],
    // As curl takes it: the last @ ends the credentials, the first colon the name.
    ['http://me:p@ss:w/rd@p:1', 'http', 'p', 1, { user: 'me', password: 'p@ss:w/rd' }],
  ])('%s', (text, scheme, host, port, credentials) => {
    expect(parseUpstream(text)).toEqual({ ok: true, value: { scheme, host, port, credentials } })
  })

  test.each([
    ['', 'is not an upstream proxy: write http://'],
    ['proxy:3128', '"proxy:3128" is not an upstream proxy'],
    ['ftp://p:1', 'is not an upstream proxy'],
    ['socks4://p:1', 'is not an upstream proxy'],
    ['http://', 'is not an upstream proxy'],
    ['http://:8080', 'is not an upstream proxy'],
    ['http://p:1/path', 'is not an upstream proxy'],
    ['http://p:1?x', 'is not an upstream proxy'],
    ['http://p p:1', 'is not an upstream proxy'],
    ['http://1.2.3:1', 'is not an upstream proxy'],
    ['http://[p]:1', 'is not an upstream proxy'],
    ['http://::1:1', 'is not an upstream proxy'],
    ['http://p:http', 'is not an upstream proxy'],
    ['http://p:0', 'has no valid port'],
    ['http://p:65536', 'has no valid port'],
    ['http://a%3Ab:c@p', 'a colon in its user name'],
    ['http://a%zz:c@p', 'has a % in its credentials'],
    ['socks5://:x@p', 'a password without a user name'],
    [`socks5://a:${'x'.repeat(256)}@p`, 'more than 255 bytes'],
  ])('%j is refused', (text, message) => {
    const parsed = parseUpstream(text)
    expect(parsed.ok ? parsed.value : parsed.message).toContain(message)
  })

  test.each(['http://me:secret@p:x', 'me:secret@p:1', 'http://a:secret@b@/p', 'http://a%zz:secret@p', 'x\n:secret@'])(
    'what is refused is told without its credentials: %j',
    (text) => {
      const parsed = parseUpstream(text)
      expect(parsed.ok).toBe(false)
      expect(JSON.stringify(parsed)).not.toContain('secret')
      expect(JSON.stringify(parsed)).toContain('***@')
    },
  )
})

test('what is shown of a proxy has no credentials', () => {
  expect(upstreamName({ scheme: 'http', host: '::1', port: 1, credentials: { user: 'a', password: 'b' } })).toBe(
    'http://[::1]:1',
  )
  expect(withoutCredentials('http://p:1')).toBe('http://p:1')
})
