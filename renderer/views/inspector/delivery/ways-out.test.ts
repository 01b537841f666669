import { expect, test } from 'vitest'
import { settingOfNote, waysOut } from './ways-out.ts'

// Errors told of flags of a command line, and offered nothing in the window.

const ways = (code: string, phase: string, message = '') =>
  waysOut({ code, phase, message, side: 'origin' }).map((way) => (way.kind === 'setting' ? way.setting : way.kind))

test.each<[code: string, phase: string, message: string, expected: string[]]>([
  ['ORIGIN_CERTIFICATE', 'origin-tls', 'a: the certificate is self-signed', ['originCa', 'insecure']],
  ['CLIENT_UNTRUSTING', 'client-tls', '', ['connect', 'pass-through']],
  ['CLIENT_TLS', 'client-tls', '', ['pass-through']],
  ['CLIENT_CLOSED', 'client-tls', '', ['connect', 'pass-through']],
  ['CLIENT_CLOSED', 'response-body', '', []],
  ['ORIGIN_TLS', 'origin-tls', 'a: wants a client certificate; pass this host through', ['pass-through']],
  ['ORIGIN_TLS', 'origin-tls', 'a: the origin did not answer with TLS', []],
  ['PROXY_AUTH', 'request-head', '', ['connect', 'proxyAuth']],
  ['CONNECT_TIMEOUT', 'connect', '', ['connectTimeoutMs']],
  ['ORIGIN_TIMEOUT', 'origin-tls', '', ['connectTimeoutMs']],
  ['IDLE', 'response-body', '', ['idleLimitMs']],
  ['BAD_RESPONSE', 'response-head', 'the head is larger than 262144 bytes', ['headLimit']],
  ['BAD_REQUEST', 'request-head', 'more than 2000 fields', ['fieldLimit']],
  [
    'BAD_RESPONSE',
    'tunnel',
    'a:993 speaks first inside TLS, so it does not speak HTTP: pass it through',
    ['pass-through'],
  ],
  ['CONNECT_REFUSED', 'connect', '', []],
  ['CONNECT_TIMEOUT', 'connect', 'The upstream proxy http://p:1 did not accept a connection', ['upstream']],
  ['UPSTREAM_REFUSED', 'connect', 'The upstream proxy http://p:1 wants credentials', ['upstream']],
])('%s, %s, %j', (code, phase, message, expected) => {
  expect(ways(code, phase, message)).toEqual(expected)
})

test('notes lead to the setting they are about', () => {
  expect(settingOfNote('rule 2 not applied: larger than the buffer limit of 64m')).toBe('bufferLimit')
  expect(settingOfNote('recorded response body given up: bodies on disk exceeded 4g, and the oldest went first')).toBe(
    'bodyDisk',
  )
  expect(settingOfNote('something else')).toBeUndefined()
})
