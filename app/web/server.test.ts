import { connect } from 'node:net'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { WindowServer } from './server.ts'
import { ask, sendRaw } from './testing/raw-http.ts'
import { page, serveWindow } from './testing/window-server.ts'

/** For a machine that is busy. */
const soon = { timeout: 20_000 }

const field = (head: string, name: string): string | undefined =>
  new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1]?.trim()

describe('the built window', () => {
  test('the page has a new nonce each time, and a policy that knows it', async () => {
    await using served = await serveWindow()
    const nonces = new Set<string>()
    for (const target of ['/', '/?a=1', '/index.html']) {
      const { status, head, body } = await ask(served.port, target)
      expect(status).toBe(200)
      const [, nonce = ''] = /nonce="([^"]+)"/.exec(body) ?? []
      expect(body).toBe(page.replace('__CSP_NONCE__', nonce))
      expect(Buffer.from(nonce, 'base64')).toHaveLength(16)
      expect(field(head, 'content-security-policy')).toBe(
        `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'self' 'nonce-${nonce}'; font-src 'self'; ` +
          `img-src 'self' blob: data:; media-src blob:; worker-src 'self'; connect-src 'self' ws://127.0.0.1:${served.port}; ` +
          "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
      )
      expect(field(head, 'cache-control')).toBe('no-store')
      nonces.add(nonce)
    }
    expect(nonces.size).toBe(3)
  })

  test.each([
    ['/', 'text/html; charset=utf-8', 'no-store'],
    ['/icon.svg', 'image/svg+xml', 'no-cache'],
    ['/assets/a-1.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
    ['/assets/f-1.woff2', 'font/woff2', 'public, max-age=31536000, immutable'],
    ['/assets/nothing.xyz', 'application/octet-stream', 'public, max-age=31536000, immutable'],
  ])('%s is %s, cached %s, and for this origin alone', async (target, type, caching) => {
    await using served = await serveWindow()
    const { status, head } = await ask(served.port, target)
    expect(status).toBe(200)
    expect(field(head, 'content-type')).toBe(type)
    expect(field(head, 'cache-control')).toBe(caching)
    expect(field(head, 'x-content-type-options')).toBe('nosniff')
    expect(field(head, 'referrer-policy')).toBe('no-referrer')
    expect(field(head, 'cross-origin-opener-policy')).toBe('same-origin')
    expect(field(head, 'cross-origin-resource-policy')).toBe('same-origin')
    expect(field(head, 'content-security-policy')).toContain("frame-ancestors 'none'")
    expect(head).not.toMatch(/access-control/i)
  })

  test('HEAD is GET without the body', async () => {
    await using served = await serveWindow()
    const { status, head, body } = await ask(served.port, '/assets/a-1.js', { method: 'HEAD' })
    expect({ status, body, length: field(head, 'content-length') }).toEqual({ status: 200, body: '', length: '9' })
  })

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])('%s is not allowed', async (method) => {
    await using served = await serveWindow()
    const { status, head } = await ask(served.port, '/', { method, headers: { 'Content-Length': '0' } })
    expect([status, field(head, 'allow')]).toEqual([405, 'GET, HEAD'])
    expect(head).not.toMatch(/access-control/i)
  })

  test.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/..\\secret.txt',
    '/assets/..;/..;/secret.txt',
    '//etc/passwd',
    '/assets',
    '/assets/',
    '/.hidden',
    '/%00',
    '/icon.svg/x',
    '/missing.js',
    'http://127.0.0.1/icon.svg',
    '*',
  ])('%s is not there', async (target) => {
    await using served = await serveWindow()
    const { status, body } = await ask(served.port, target)
    expect(status).toBe(404)
    expect(body).not.toContain('secret')
    expect(served.complaints).toEqual([])
  })

  test('a window that is gone is said, without where it was', async () => {
    await using served = await serveWindow()
    rmSync(join(served.folder, 'window'), { recursive: true })
    const { status, body } = await ask(served.port, '/')
    expect([status, body]).toEqual([404, "There is nothing here. Spillway's window is at /.\n"])
  })
})

describe('who is answered', () => {
  const own = ['127.0.0.1:PORT', 'localhost:PORT', 'LOCALHOST:PORT', '[::1]:PORT', '127.9.9.9:PORT', 'localhost.:PORT']
  test.each(own)('Host %s', async (written) => {
    await using served = await serveWindow()
    expect((await ask(served.port, '/', { headers: { Host: written } })).status).toBe(200)
  })

  const others = [
    'evil.example:PORT',
    'localhost.evil.example:PORT',
    '127.0.0.1.evil.example:PORT',
    'evil.example#localhost:PORT',
    'user@localhost:PORT',
    'localhost:1',
    'localhost',
    '192.168.0.1:PORT',
    '0.0.0.0:PORT',
    '[::]:PORT',
    '',
  ]
  test.each(others)('not Host "%s": a rebinding', async (written) => {
    await using served = await serveWindow()
    for (const target of ['/', '/assets/a-1.js', '/wire']) {
      const { status, body } = await ask(served.port, target, { headers: { Host: written } })
      expect(status).toBe(421)
      expect(body).toBe(
        `This is Spillway's window. It answers only at 127.0.0.1:${served.port} and localhost:${served.port}.\n`,
      )
    }
  })

  test('no Host, or two', async () => {
    await using served = await serveWindow()
    const host = `Host: 127.0.0.1:${served.port}\r\n`
    expect((await sendRaw(served.port, 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n')).status).toBe(400)
    expect((await sendRaw(served.port, 'GET / HTTP/1.0\r\n\r\n')).status).toBe(421)
    const two = `GET / HTTP/1.1\r\n${host}Host: evil.example\r\nConnection: close\r\n\r\n`
    expect([400, 421]).toContain((await sendRaw(served.port, two)).status)
  })

  test.each([
    [{ Origin: 'http://127.0.0.1:PORT' }, 200],
    [{ Origin: 'http://localhost:PORT' }, 403],
    [{ Origin: 'https://127.0.0.1:PORT' }, 403],
    [{ Origin: 'http://evil.example' }, 403],
    [{ Origin: 'null' }, 403],
    [{ 'Sec-Fetch-Site': 'same-origin' }, 200],
    [{ 'Sec-Fetch-Site': 'none' }, 200],
    [{ 'Sec-Fetch-Site': 'same-site' }, 403],
    [{ 'Sec-Fetch-Site': 'cross-site' }, 403],
  ] as [Record<string, string>, number][])('%j: %i', async (headers, expected) => {
    await using served = await serveWindow()
    expect((await ask(served.port, '/', { headers })).status).toBe(expected)
  })
})

describe('what it bears', () => {
  test('a request that never ends is ended, and so is a connection without one', async () => {
    await using served = await serveWindow()
    const begun = performance.now()
    const head = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${served.port}\r\n`
    const answers = await Promise.all([sendRaw(served.port, `${head}X: `), sendRaw(served.port, '')])
    expect(answers.map(({ status }) => status)).toEqual([408, 408])
    expect(performance.now() - begun).toBeLessThan(9000)
  })

  test('heads beyond 16 KiB', async () => {
    await using served = await serveWindow()
    expect((await ask(served.port, '/', { headers: { X: 'x'.repeat(17_000) } })).status).toBe(431)
  })

  test('connections beyond the bound are not accepted; the others are still answered', async () => {
    await using served = await serveWindow()
    const sockets = Array.from({ length: 230 }, () => connect(served.port, '127.0.0.1').on('error', () => undefined))
    const closed = await Promise.race(sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve))))
    expect(closed).toBe(false) // closed without an error
    for (const socket of sockets.slice(0, 100)) socket.destroy()
    await expect.poll(async () => (await ask(served.port, '/').catch(() => ({ status: 0 }))).status, soon).toBe(200)
    for (const socket of sockets) socket.destroy()
  })

  test('a taken port is said with what to do', async () => {
    await using served = await serveWindow()
    const { host, token } = served
    const second = new WindowServer({ host, token, folder: served.folder, complain: () => undefined })
    await expect(second.listen({ host: '127.0.0.1', port: served.port })).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      message: expect.stringContaining(`port ${served.port} for the window is taken`) as string,
    })
  })

  test('without a port of its own it takes the next free one', async () => {
    await using served = await serveWindow()
    const { host, token, folder } = served
    const open = () => new WindowServer({ host, token, folder, complain: () => undefined })
    const [first, second] = [open(), open()]
    const one = await first.listen({ host: '127.0.0.1', port: undefined })
    const two = await second.listen({ host: '127.0.0.1', port: undefined })
    expect(two.port).toBeGreaterThan(one.port)
    expect(first.url).toBe(`http://127.0.0.1:${one.port}/#token=${token}`)
    await Promise.all([first.close(), second.close()])
  })
})
