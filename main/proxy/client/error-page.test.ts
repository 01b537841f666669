/** The answers Spillway gives itself: every value in them may be a stranger's. */
import { expect, test } from 'vitest'
import { connectClient } from '../../testing/raw-client.ts'
import { startEngine } from '../../testing/engine.ts'
import { writeErrorPage } from './error-page.ts'

const page = { status: 502, message: '', accept: 'text/html', headOnly: false, close: false }
const hostile = `<script>alert("1")</script>'&<img src=x onerror=alert(1)>\u202e\0\x1b[31m`

test('every value is escaped in HTML, and what cannot be seen is written out', () => {
  const html = writeErrorPage({ ...page, message: hostile })
  const body = html.slice(html.indexOf('\r\n\r\n'))
  expect(body).toContain(
    '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;&lt;img src=x onerror=alert(1)&gt;',
  )
  expect(body).toContain('\\u{202e}\\u{0}\\u{1b}[31m')
  expect(body).not.toContain('<script')
  expect(body).not.toContain('<img')
  expect(body).not.toMatch(/[\0-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f]/)
  expect(html).toContain("Content-Security-Policy: default-src 'none'")
})

test.each([
  ['text/html,application/xhtml+xml;q=0.9,*/*;q=0.8', true],
  ['application/json, TEXT/HTML;q=0.5', true],
  ['text/html;q=0', false],
  ['text/html; q=0.000, */*', false],
  ['text/htmlx', false],
  ['*/*', false],
])('Accept: %s', (accept, html) => {
  expect(writeErrorPage({ ...page, accept }).includes('Content-Type: text/html')).toBe(html)
})

test('text is for everybody else, and cannot move a cursor either', () => {
  const text = writeErrorPage({ ...page, accept: '*/*', message: hostile })
  expect(text).toContain('Content-Type: text/plain; charset=utf-8\r\n')
  expect(text).toContain('X-Content-Type-Options: nosniff\r\n')
  expect(text).toContain('<script>')
  expect(text).not.toContain('\x1b')
})

test('the length is right in bytes, the head is whole without a body, the connection is told', () => {
  const text = writeErrorPage({ ...page, accept: undefined, message: 'größer', close: true })
  const [head = '', body = ''] = text.split('\r\n\r\n')
  expect(head).toContain(`Content-Length: ${Buffer.byteLength(body)}`)
  expect(head).toContain('Connection: close')
  const bare = writeErrorPage({ ...page, accept: undefined, message: 'größer', close: true, headOnly: true })
  expect(bare).toBe(`${head}\r\n\r\n`)
  expect(writeErrorPage({ ...page, status: 504 })).toMatch(/^HTTP\/1\.1 504 Gateway Timeout\r\n/)
})

test('hostile requests come back harmless', async () => {
  await using proxy = await startEngine()
  const requests = [
    'GET http://<script>alert(1)</script>/ HTTP/1.1\r\n',
    'GET "><script>alert(1)</script> HTTP/1.1\r\n',
    '<script>alert(1)</script> http://x/ HTTP/1.1\r\n',
    'GET http://x/ HTTP/1.1\r\n<script>alert(1)</script>\r\n',
    'GET http://no-such-host.invalid/<script>alert(1)</script> HTTP/1.1\r\n',
    'GET http://x/ HTTP/1.1\r\nContent-Length: <script>alert(1)</script>\r\n',
  ]
  for (const request of requests) {
    await using client = await connectClient(proxy.port)
    void client.write(`${request}Accept: text/html\r\nConnection: close\r\n\r\n`)
    const answer = (await client.readAll()).toString()
    expect(answer).toMatch(/^HTTP\/1\.1 (400|502) /)
    expect(answer).toContain('<!doctype html>')
    expect(answer).not.toContain('<script')
    await proxy.ended()
  }
})
