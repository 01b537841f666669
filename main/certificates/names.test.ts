import fc from 'fast-check'
import { expect, test } from 'vitest'
import { certificateName } from './names.ts'

test.each([
  ['example.com', 'example.com'],
  ['EXAMPLE.Com.', 'example.com'],
  ['_dmarc.a-b.example', '_dmarc.a-b.example'],
  ['localhost', 'localhost'],
  ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
  ['bücher.example', 'xn--bcher-kva.example'],
  ['e'.repeat(253), 'e'.repeat(253)],
])('%s is the DNS name %s', (text, name) => {
  expect(certificateName(text)).toEqual({ kind: 'dns', text: name })
})

test.each([
  ['127.0.0.1', '127.0.0.1', '7f000001'],
  ['::1', '::1', `${'00'.repeat(15)}01`],
  ['[::1]', '::1', `${'00'.repeat(15)}01`],
  ['::', '::', '00'.repeat(16)],
  ['2001:DB8:0:0:0:0:0:0', '2001:db8::', `20010db8${'00'.repeat(12)}`],
  ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
  ['::ffff:1.2.3.4', '::ffff:102:304', `${'00'.repeat(10)}ffff01020304`],
  ['fe80::1%eth0', 'fe80::1', `fe80${'00'.repeat(13)}01`],
])('%s is the address %s', (text, name, hex) => {
  const found = certificateName(text)
  expect(found).toMatchObject({ kind: 'ip', text: name })
  expect(found?.kind === 'ip' && found.bytes.toString('hex')).toBe(hex)
})

test.each([
  '',
  '.',
  'a..b',
  '.a',
  'a b',
  'a\0.example',
  'a\n',
  '*.example.com',
  '*',
  'a,DNS:b',
  'a/b',
  'a:443',
  '[::1',
  '[]',
  'e'.repeat(254),
  'é'.repeat(300),
  '\ud800',
])('%j is no name', (text) => {
  expect(certificateName(text)).toBeUndefined()
})

test('whatever comes, a name is plain ASCII or there is none', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.ipV6(), fc.domain())
  fc.assert(
    fc.property(text, (hostile) => {
      const name = certificateName(hostile)
      if (name?.kind === 'dns') expect(name.text).toMatch(/^[a-z0-9._-]{1,253}$/)
      if (name?.kind === 'ip') expect([4, 16]).toContain(name.bytes.length)
    }),
  )
})
