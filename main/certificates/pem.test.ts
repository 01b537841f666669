import { X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { certificatesIn, pemOf } from './pem.ts'

const key = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'

// Wrapping with /.{64}/ left an empty line where the last line was full. OpenSSL then threw, for the names of some
// hosts only: those whose certificate happened to have a multiple of 48 bytes.
test.each([1, 47, 48, 49, 95, 96, 97, 480])('%i bytes are wrapped without an empty or overlong line', (length) => {
  const bytes = Buffer.alloc(length, 0xa5)
  const lines = pemOf('CERTIFICATE', bytes).split('\n')
  expect(lines.pop()).toBe('') // the text ends with its last line's end
  expect(lines.every((line) => line.length > 0 && line.length <= 64)).toBe(true)
  expect(Buffer.from(lines.slice(1, -1).join(''), 'base64')).toEqual(bytes)
})

test('of a file with a key in it, only the certificates are taken, in order', () => {
  const [one, two] = [pemOf('CERTIFICATE', Buffer.from('one')), pemOf('CERTIFICATE', Buffer.from('two'))]
  expect(certificatesIn(`subject=CN = x\n${one}${key}\r\n${two}rest`)).toEqual([one, two])
  expect(certificatesIn(key)).toEqual([])
  expect(certificatesIn('')).toEqual([])
})

test('text with Windows line ends is a certificate too', () => {
  const text = pemOf('CERTIFICATE', Buffer.alloc(100)).replaceAll('\n', '\r\n')
  expect(certificatesIn(text)).toHaveLength(1)
  expect(() => new X509Certificate(certificatesIn(text)[0]!)).toThrow() // its content is none, but it gets that far
})
