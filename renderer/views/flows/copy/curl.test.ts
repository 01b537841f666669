import { execFileSync } from 'node:child_process'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { curlOf, shellWord } from './curl.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const head = (...fields: string[]): string => ['GET / HTTP/1.1', ...fields, ''].join('\r\n')
const plain = { method: 'GET', url: 'https://a.example/x?y=1', head: head(), body: undefined }
/** The shell's own opinion of the words of a command. */
const words = (command: string): string[] =>
  execFileSync('sh', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1)

test('a shell reads back exactly what was quoted', () => {
  const nasty = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => !text.includes('\0'))
  fc.assert(
    fc.property(nasty, (text) => {
      expect(words(shellWord(text))).toEqual([text])
    }),
    { numRuns: 60, examples: [['$(touch /tmp/x) `id` \'; rm -rf ~ #\n\\\\ "!"'], [''], ["'"], ["''\\'"]] },
  )
})

test('fields go in their order, with their case; what curl says itself is left to it', () => {
  const fields = head(
    'Host: a.example',
    'X-B: 2',
    'x-a: 1',
    'Accept: */*',
    'User-Agent: me',
    'Content-Length: 0',
    'X-E:',
  )
  const { command, left } = curlOf({ ...plain, head: fields, body: new Uint8Array() })
  expect(words(command)).toEqual(
    [
      'curl',
      'https://a.example/x?y=1',
      '-H',
      'X-B: 2',
      '-H',
      'x-a: 1',
      '-H',
      'Accept: */*',
      '-H',
      'User-Agent: me',
    ].concat(['-H', 'X-E;']),
  )
  expect(left).toBeUndefined()
})

test('what curl would add is taken out again', () => {
  expect(words(curlOf(plain).command)).toEqual(['curl', plain.url, '-H', 'user-agent:', '-H', 'accept:'])
})

test('a host that is not that of the address is kept', () => {
  expect(words(curlOf({ ...plain, head: head('Host: other') }).command)).toContain('Host: other')
})

test('a body that is text goes along; @ and quotes are only text', () => {
  const body = bytes(`@/etc/passwd 'é' $(id)\n`)
  const fields = head('Content-Type: text/plain', 'Content-Length: 23', 'accept: a', 'user-agent: b')
  const { command, left } = curlOf({ ...plain, method: 'POST', head: fields, body })
  expect(words(command).slice(-2)).toEqual(['--data-raw', `@/etc/passwd 'é' $(id)\n`])
  expect(words(command)).not.toContain('-X')
  expect(left).toBeUndefined()
  expect(words(curlOf({ ...plain, method: 'PUT', head: fields, body }).command)).toContain('PUT')
  expect(words(curlOf({ ...plain, method: 'POST', head: head(), body }).command)).toContain('content-type:')
})

test.each([
  ['bytes', Uint8Array.of(0xff, 0xfe)],
  ['a NUL', Uint8Array.of(65, 0, 66)],
  ['nothing recorded', undefined],
])('of %s it says that the body is left out', (_, body) => {
  const { command, left } = curlOf({ ...plain, method: 'POST', head: head('Content-Length: 2'), body })
  expect(left).toBe('body')
  expect(words(command)).not.toContain('--data-raw')
  expect(words(command)).toContain('POST')
})

test('addresses go out as they were', () => {
  expect(words(curlOf({ ...plain, url: 'http://a/[1-3]{x}' }).command)).toContain('--globoff')
  expect(words(curlOf({ ...plain, url: 'http://a/x/../y' }).command)).toContain('--path-as-is')
  expect(words(curlOf({ ...plain, method: 'HEAD' }).command)).toContain('--head')
})

test('UTF-8 in a field is one character again; a field that cannot be one is left out', () => {
  const { command } = curlOf({ ...plain, head: head('X-Name: \xc3\xa9', '@/etc/passwd: 1', 'X-N: a\0b') })
  expect(words(command)).toContain('X-Name: é')
  expect(command).not.toContain('passwd')
  expect(command).not.toContain('X-N:')
})
