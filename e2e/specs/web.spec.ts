/** `spillway --web` as a file: what it prints, who gets in, and how it ends. */
import { cpSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join, resolve } from 'node:path'
import { chromium } from '@playwright/test'
import { describe, expect } from 'vitest'
import { get, head, Origin, text } from '../../app/headless/testing/origin.ts'
import { Program } from '../../app/headless/testing/program.ts'
import { ask, sendRaw } from '../../app/web/testing/raw-http.ts'
import { WindowClient } from '../../app/web/testing/window-client.ts'
import { endWithUs } from '../fixtures/command.ts'
import { bundle } from '../fixtures/spillway.ts'
import { test } from '../fixtures/test.ts'
import { tool } from '../fixtures/tools.ts'

/** For a machine that is busy. */
const soon = { timeout: 20_000 }

type Where = 'stdout' | 'stderr'

class Web extends Program {
  constructor(args: string[] = [], file = bundle) {
    super(['--listen', '127.0.0.1:0', '--web', '127.0.0.1:0', ...args], {}, [process.execPath, file])
    endWithUs(this.child, () => this.child.kill('SIGKILL'))
  }

  async window(where: Where = 'stdout'): Promise<{ port: number; token: string }> {
    const [, port, token = ''] = await this.says(where, /^window at http:\/\/127\.0\.0\.1:(\d+)\/#token=([\w-]{22})$/m)
    return { port: Number(port), token }
  }
}

async function info(client: WindowClient): Promise<unknown> {
  client.post({ id: 1, call: 'app.info', input: undefined })
  return client.answer(1)
}

describe('what it prints', () => {
  test('where it listens, where the window is, and flows as without a window', async () => {
    await using origin = await Origin.start((_, response) => response.end('hello'))
    await using program = new Web()
    const { port, token } = await program.window()
    expect(await get(await program.port(), origin.url('/a'))).toBe('hello')
    await program.says('stdout', / {3}GET {5}200 http:\/\/127\.0\.0\.1:\d+\/a 5 [\d.]+ms buffered \(.+\)\n/)
    expect(program.stdout).toMatch(/^listening on .*\nwindow at .*\n.*GET/)
    await using client = await WindowClient.open(port, token)
    expect(await info(client)).toMatchObject({ ok: true, value: { host: 'web', platform: process.platform } })
    client.post({ id: 2, call: 'flows.page', input: { after: 0 } })
    expect(await client.answer(2)).toMatchObject({ ok: true, value: { rows: [{ url: origin.url('/a'), size: 5 }] } })
  })

  test('--json: both lines on standard error, and flows alone on standard output', async () => {
    await using origin = await Origin.start((_, response) => response.end('hello'))
    await using program = new Web(['--json'])
    await program.window('stderr')
    await get(await program.port('stderr'), origin.url('/a'))
    const [line] = await program.says('stdout', /.*\n/)
    expect(JSON.parse(line)).toMatchObject({ url: origin.url('/a'), status: 200 })
    expect(program.stdout).toBe(line)
  })

  test('--quiet: both lines and nothing else', async () => {
    await using origin = await Origin.start((_, response) => response.end('hello'))
    await using program = new Web(['--quiet'])
    await program.window()
    await get(await program.port(), origin.url('/a'))
    program.child.kill('SIGTERM')
    expect((await program.ended).stdout).toMatch(/^listening on .*\nwindow at .*\n$/)
  })

  test('--web-token-file: the same token, for the owner alone, until it ends', async ({ folder }) => {
    const file = join(folder, 'token')
    await using program = new Web(['--web-token-file', file])
    const { token } = await program.window()
    expect(readFileSync(file, 'utf8')).toBe(`${token}\n`)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    program.child.kill('SIGTERM')
    expect(await program.ended).toMatchObject({ code: 0, stderr: '' })
    expect(existsSync(file)).toBe(false)
  })
})

test('without --web nothing of the window is loaded', () => {
  const folder = resolve(bundle, '..')
  const loaded = new Set(['spillway.js'])
  let code = ''
  for (const name of loaded) {
    const text = readFileSync(join(folder, name), 'utf8')
    for (const [, next = ''] of text.matchAll(/(?:from|import) ?"\.\/([^"]+)"/g)) loaded.add(next)
    code += text
  }
  // The mark of ws; and the loop above has seen the engine, so it would have seen ws.
  expect(code).toContain('CONNECT_TIMEOUT')
  expect(code).not.toContain('Sec-WebSocket-Accept')
})

describe('who gets in', () => {
  test('the built page, with a nonce in place of the placeholder', async () => {
    await using program = new Web()
    const { port } = await program.window()
    const { status, head, body } = await ask(port, '/')
    expect(status).toBe(200)
    expect(body).toContain('<div id="root">')
    expect(body).not.toContain('__CSP_NONCE__')
    expect(head).toMatch(/^content-security-policy: default-src 'none'; script-src 'nonce-[\w+/=]+';/im)
    const [, script = ''] = /<script [^>]*src="\.(\/assets\/[^"]+)"/.exec(body) ?? []
    expect((await ask(port, script)).head).toMatch(/^content-type: text\/javascript/im)
  })

  test('a wrong token, a foreign origin and a rebinding host do not', async () => {
    await using program = new Web()
    const { port, token } = await program.window()
    await using wrong = await WindowClient.open(port, `${token.slice(1)}A`)
    expect(await wrong.ended).toMatchObject({ code: 4401 })
    await using foreign = new WindowClient(port, { headers: { origin: 'http://evil.example' } })
    await expect(foreign.connected()).rejects.toThrow('refused: 403')
    await using rebound = new WindowClient(port, { headers: { host: `evil.example:${port}` } })
    await expect(rebound.connected()).rejects.toThrow('refused: 421')
  })

  test('nobody through the proxy itself, under any alias', async () => {
    await using program = new Web()
    const [proxy, { port, token }] = [await program.port(), await program.window()]
    for (const alias of [
      '127.0.0.1',
      'localhost',
      'LOCALHOST',
      'localhost.',
      '127.1',
      '[::ffff:127.0.0.1]',
      '0.0.0.0',
    ]) {
      const answer = await head(proxy, `http://${alias}:${port}/`)
      expect([alias, answer.statusCode]).toEqual([alias, 508])
      expect(await text(answer)).toContain('Spillway itself')
      const tunnel = `CONNECT ${alias}:${port} HTTP/1.1\r\nHost: ${alias}:${port}\r\n\r\n`
      const inside = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`
      const { head: first, body } = await sendRaw(proxy, tunnel + inside)
      expect(`${first}\n${body}`).toMatch(/HTTP\/1\.1 508 /)
      expect(body).not.toContain('<div id="root">')
    }
    // And it is there for who comes directly.
    await using client = await WindowClient.open(port, token)
    expect(await info(client)).toMatchObject({ ok: true })
  })
})

/** An inline script and a picture from elsewhere. */
const foreign = `
document.head.append(Object.assign(document.createElement('script'), { textContent: 'document.title = "inline"' }))
document.body.append(Object.assign(document.createElement('img'), { src: 'http://127.0.0.1:1/x.png' }))
undefined`

test('in a real browser nothing of the window is against its policy, and what is foreign to it is stopped', async () => {
  await using program = new Web()
  const { port, token } = await program.window()
  const browser = await chromium.launch({ executablePath: tool('headless'), args: ['--no-sandbox', '--disable-gpu'] })
  try {
    const page = await browser.newPage()
    const complaints: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(`http://127.0.0.1:${port}/#token=${token}`)
    await page.locator('#root > :not(.starting)').first().waitFor()
    await page.evaluate('document.fonts.ready.then(() => "ready")')
    expect(complaints).toEqual([])
    await page.evaluate(foreign)
    await expect.poll(() => complaints.filter((text) => text.includes('Content Security Policy')), soon).toHaveLength(2)
    expect(await page.title()).toBe('Spillway')
  } finally {
    await browser.close()
  }
})

describe('how it ends', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('%s: windows are told, and nothing holds it up', async (signal) => {
    await using program = new Web()
    const { port, token } = await program.window()
    await using client = await WindowClient.open(port, token)
    await info(client)
    const idle = connect(port, '127.0.0.1').on('error', () => undefined)
    await new Promise((resolve) => idle.once('connect', resolve))
    const begun = performance.now()
    program.child.kill(signal)
    expect(await client.ended).toMatchObject({ code: 1001 })
    expect(await program.ended).toMatchObject({ code: 0, signal: null, stderr: '' })
    // Node waits a minute for the head of a request that does not come.
    expect(performance.now() - begun).toBeLessThan(20_000)
  })

  test('a taken port: one sentence, exit 1', async () => {
    await using first = new Web()
    const { port } = await first.window()
    await using second = new Program(['--listen', '127.0.0.1:0', '--web', String(port)], {}, [process.execPath, bundle])
    const { code, stdout, stderr } = await second.ended
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(new RegExp(`^spillway: port ${port} for the window is taken: .*\\n$`))
  })

  test('a taken port of the proxy, given on the command line, too', async () => {
    await using first = new Web()
    await using second = new Web(['--listen', String(await first.port())])
    const { code, stdout, stderr } = await second.ended
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^spillway: .*taken.*\n$/)
  })

  test('a taken port from the settings is said, and the window stays, where it can be changed', async ({ folder }) => {
    await using first = new Web()
    const taken = `127.0.0.1:${await first.port()}`
    const file = join(folder, 'settings.json')
    writeFileSync(file, JSON.stringify({ listen: taken }))
    await using program = new Program(['--config', file, '--web', '127.0.0.1:0'], {}, [process.execPath, bundle])
    const [, port, token = ''] = await program.says('stdout', /window at http:\/\/127\.0\.0\.1:(\d+)\/#token=(\S+)\n/)
    await program.says('stderr', /^spillway: .*taken.* The window is open all the same, and can start the capture\n/)
    await using client = await WindowClient.open(Number(port), token)
    client.post({ id: 1, call: 'capture.state', input: undefined })
    expect(await client.answer(1)).toMatchObject({ ok: true, value: { status: 'stopped' } })
    client.post({ id: 2, call: 'settings.set', input: { patch: { listen: '127.0.0.1:0' } } })
    expect(await client.answer(2)).toMatchObject({ ok: true })
    client.post({ id: 3, call: 'capture.start', input: undefined })
    expect(await client.answer(3)).toMatchObject({ ok: true, value: { status: 'capturing' } })
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ listen: '127.0.0.1:0' })
  })

  test('without the built window: one sentence, exit 2', async ({ folder }) => {
    const away = join(folder, 'away')
    cpSync(resolve(bundle, '..'), join(away, 'headless'), { recursive: true })
    await using program = new Web([], join(away, 'headless', 'spillway.js'))
    const { code, stdout, stderr } = await program.ended
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^spillway: --web: the window has not been built yet: .*\n$/)
  })

  test('a token file that cannot be written: one sentence, exit 2', async ({ folder }) => {
    await using program = new Web(['--web-token-file', join(folder, 'missing', 'token')])
    const { code, stdout, stderr } = await program.ended
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^spillway: --web-token-file: cannot write .*: no such file or directory\n$/)
  })
})
