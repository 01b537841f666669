import { expect, test } from 'vitest'
import { parseReverse } from './reverse.ts'

const https = { listen: undefined, scheme: 'https', host: 'api.example.com', port: 443, prefix: '' }

test.each([
  ['https://api.example.com', { ...https, authority: 'api.example.com' }],
  ['HTTPS://API.example.com:443/', { ...https, authority: 'api.example.com' }],
  ['https://api.example.com/v1/', { ...https, authority: 'api.example.com', prefix: '/v1' }],
  ['https://api.example.com:8443/a=b', { ...https, port: 8443, authority: 'api.example.com:8443', prefix: '/a=b' }],
  ['http://[::1]:11434', { ...https, scheme: 'http', host: '::1', port: 11434, authority: '[::1]:11434' }],
  [
    '9000=https://api.example.com',
    { ...https, listen: { host: '127.0.0.1', port: 9000 }, authority: 'api.example.com' },
  ],
  [
    '[::1]:9000=https://api.example.com',
    { ...https, listen: { host: '::1', port: 9000 }, authority: 'api.example.com' },
  ],
  [
    'localhost:9000=http://a.example/x',
    {
      ...{ listen: { host: 'localhost', port: 9000 }, scheme: 'http', host: 'a.example', port: 80 },
      ...{ authority: 'a.example', prefix: '/x' },
    },
  ],
])('%s', (text, value) => {
  expect(parseReverse(text)).toEqual({ ok: true, value })
})

test.each([
  ['', 'is no http or https URL'],
  ['api.example.com', '"api.example.com" is no http or https URL'],
  ['ftp://a.example', '"ftp://a.example" is no http'],
  ['https://', '"https://" is no http'],
  ['https://a b.example', 'is no http'],
  ['https:\\\\a.example', 'is no http'],
  ['https://a.example/\nb', 'is no http'],
  ['https://me:secret@a.example', 'a name or password cannot be sent along'],
  ['https://a.example/?x', 'only a path'],
  ['https://a.example/#x', 'only a path'],
  ['https://a.example:0', 'no port 0'],
  ['https://a.example:65536', 'is no http'],
  ['99999=https://a.example', '"99999" is not an address'],
  ['=https://a.example', '"" is not an address'],
  ['9000=', '"" is no http'],
])('%j is refused', (text, why) => {
  const parsed = parseReverse(text)
  if (parsed.ok) throw new Error('taken')
  expect(parsed.message).toContain(`"${text}" is not a reverse listener: `)
  expect(parsed.message).toContain(why)
  expect(parsed.message).toMatch(/; write URL, PORT=URL or HOST:PORT=URL/)
})
