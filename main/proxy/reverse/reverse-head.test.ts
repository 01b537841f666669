import { expect, test } from 'vitest'
import { defaultWireLimits, editHead, parseResponseHead } from '../../http1/index.ts'
import type { HeadEdit } from '../../model/flow.ts'
import { faceClient, type Facing } from './reverse-head.ts'

const root: Facing = {
  scheme: 'https',
  host: 'api.example.com',
  port: 443,
  authority: 'api.example.com',
  prefix: '',
  listener: 'http://127.0.0.1:9000',
}
const below: Facing = { ...root, prefix: '/v1' }

function faced(fields: string, facing = root, edit?: HeadEdit): string {
  const head = parseResponseHead(`HTTP/1.1 200 OK\r\n${fields}`, defaultWireLimits)
  return editHead(head, faceClient(facing, head, edit)).slice('HTTP/1.1 200 OK\r\n'.length, -2)
}

test.each([
  ['https://api.example.com/a?b#c', 'http://127.0.0.1:9000/a?b#c'],
  ['HTTPS://API.example.com:443/a', 'http://127.0.0.1:9000/a'],
  ['https://api.example.com', 'http://127.0.0.1:9000'],
  ['https://api.example.com?x', 'http://127.0.0.1:9000/?x'],
  ['//api.example.com/a', 'http://127.0.0.1:9000/a'],
  // Others, among them the same name by other means: to follow http here would end there again.
  ['http://api.example.com/a', undefined],
  ['https://api.example.com:8443/a', undefined],
  ['https://api.example.com.evil.example/', undefined],
  ['https://other.example/api.example.com', undefined],
  ['//other.example/', undefined],
  ['https://api.example.com@other.example/', undefined],
  ['/a', undefined],
  ['a/b', undefined],
  ['', undefined],
  ['https://[/', undefined],
  ['mailto:me@api.example.com', undefined],
])('Location: %s', (value, now = value) => {
  expect(faced(`Location: ${value}\r\n`)).toBe(`Location: ${now}\r\n`)
  expect(faced(`content-location: ${value}\r\n`)).toBe(`content-location: ${now}\r\n`)
})

test.each([
  ['https://api.example.com/v1/a', 'http://127.0.0.1:9000/a'],
  ['https://api.example.com/v1', 'http://127.0.0.1:9000/'],
  ['https://api.example.com/v1?x', 'http://127.0.0.1:9000/?x'],
  ['/v1/a', '/a'],
  ['/v1', '/'],
  // Not below the prefix: the listener cannot reach it.
  ['https://api.example.com/login', 'https://api.example.com/login'],
  ['https://api.example.com/v10', 'https://api.example.com/v10'],
  ['/login', 'https://api.example.com/login'],
  ['a/b', 'a/b'],
])('below a prefix, Location: %s', (value, now) => {
  expect(faced(`Location: ${value}\r\n`, below)).toBe(`Location: ${now}\r\n`)
})

test.each([
  ['5; url=https://api.example.com/a', '5; url=http://127.0.0.1:9000/a'],
  ['0;URL="https://api.example.com/a"', '0;URL="http://127.0.0.1:9000/a"'],
  ["1, url = 'https://api.example.com/'", "1, url = 'http://127.0.0.1:9000/'"],
  ['5', '5'],
  ['5; url=https://other.example/', '5; url=https://other.example/'],
])('Refresh: %s', (value, now) => {
  expect(faced(`Refresh: ${value}\r\n`)).toBe(`Refresh: ${now}\r\n`)
})

test.each([
  ['a=b; Path=/; HttpOnly', 'a=b; Path=/; HttpOnly'],
  ['a=b; Domain=api.example.com; Path=/; Secure; HttpOnly', 'a=b; Path=/; HttpOnly'],
  ['a=b;domain=.EXAMPLE.com;secure', 'a=b'],
  ['a=b; Domain=other.example', 'a=b; Domain=other.example'],
  ['a=b; Domain=ample.com', 'a=b; Domain=ample.com'],
  ['a=b; Domain=', 'a=b; Domain='],
  ['secure=Domain; Max-Age=1', 'secure=Domain; Max-Age=1'],
  ['a=b; SameSite=None; Secure; Partitioned', 'a=b'],
  ['a=b; SameSite=Lax; Secure', 'a=b; SameSite=Lax'],
  ['a=b; SameSite=None', 'a=b; SameSite=None'],
  // It was taken from these, too, without which nobody takes them; with it browsers and curl do on localhost and 127.0.0.1.
  ['__Host-a=b; Path=/; Secure; SameSite=None', '__Host-a=b; Path=/; Secure; SameSite=None'],
  ['__secure-a=b; Secure; Partitioned', '__secure-a=b; Secure; Partitioned'],
  ['__Secure-a=b; Secure; Domain=example.com', '__Secure-a=b; Secure'],
])('Set-Cookie: %s', (value, now) => {
  expect(faced(`Set-Cookie: ${value}\r\n`)).toBe(`Set-Cookie: ${now}\r\n`)
})

test('a listener that is spoken to in TLS: its URLs say so, and cookies stay secure', () => {
  const secure = { ...root, listener: 'https://localhost:9000' }
  expect(faced('Location: https://api.example.com/a\r\n', secure)).toBe('Location: https://localhost:9000/a\r\n')
  const cookie = 'Set-Cookie: a=b; SameSite=None; Secure; Partitioned; Path=/'
  expect(faced(`${cookie}; Domain=api.example.com\r\n`, secure)).toBe(`${cookie}\r\n`)
})

test('a cookie below the prefix is one of the same place of the listener', () => {
  expect(faced('Set-Cookie: a=b; Path=/v1/x; HttpOnly\r\n', below)).toBe('Set-Cookie: a=b; Path=/x; HttpOnly\r\n')
  expect(faced('Set-Cookie: a=b; Path=/v1\r\n', below)).toBe('Set-Cookie: a=b; Path=/\r\n')
  expect(faced('Set-Cookie: a=b; Path=/\r\n', below)).toBe('Set-Cookie: a=b; Path=/\r\n')
})

test('cookies keep their order, and what does not change stays where it is', () => {
  const fields = 'Set-Cookie: a=1\r\nX: y\r\nSet-Cookie: b=2; Secure\r\nSet-Cookie: c=3\r\nZ: z\r\n'
  expect(faced(fields)).toBe('Set-Cookie: a=1\r\nX: y\r\nZ: z\r\nSet-Cookie: b=2\r\nSet-Cookie: c=3\r\n')
})

test('it is one edit with what is changed otherwise, of which values are told anew as well', () => {
  const edit: HeadEdit = {
    startLine: 'HTTP/1.1 201 Created',
    drop: [1],
    add: [
      ['Location', 'https://api.example.com/b'],
      ['X', 'https://api.example.com/'],
    ],
  }
  const head = parseResponseHead(
    'HTTP/1.1 200 OK\r\nSet-Cookie: a=1; Secure\r\nLocation: https://api.example.com/a\r\nY: y\r\n',
    defaultWireLimits,
  )
  expect(faceClient(root, head, edit)).toEqual({
    startLine: 'HTTP/1.1 201 Created',
    drop: [0, 1],
    add: [
      ['Set-Cookie', 'a=1'],
      ['Location', 'http://127.0.0.1:9000/b'],
      ['X', 'https://api.example.com/'],
    ],
  })
  const plain = parseResponseHead('HTTP/1.1 200 OK\r\nY: y\r\n', defaultWireLimits)
  expect(faceClient(root, plain, undefined)).toBeUndefined()
  const other: HeadEdit = { startLine: undefined, drop: [0], add: [['Connection', 'close']] }
  expect(faceClient(root, plain, other)).toBe(other)
})
