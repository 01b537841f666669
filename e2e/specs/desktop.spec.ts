/**
 * The desktop app as built. On Electron's binary where that is there (SPILLWAY_REQUIRE_ELECTRON=1 makes its absence a
 * failure), and everywhere on the double of its API over real Chromium. The names of the tests say which ran.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect } from 'vitest'
import type { ToWindow } from '../../app/contract/wire.ts'
import { get, Origin } from '../../app/headless/testing/origin.ts'
import { electronBinary } from '../../tools/electron-binary.ts'
import { onElectron, OnDouble, type Desktop } from '../fixtures/desktop.ts'
import { run } from '../fixtures/command.ts'
import { test as base } from '../fixtures/test.ts'
import { tool } from '../fixtures/tools.ts'
import { SmallRequests } from '../load/small-requests.ts'
import { FlowList } from '../pages/flow-list.ts'

const binary = electronBinary()
const listen = ['--listen', '127.0.0.1:0']
const patience = 60_000

const open: Desktop[] = []
const started = async <T extends Desktop>(starting: Promise<T>): Promise<T> => {
  const app = await starting
  open.push(app)
  return app
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((app) => app.kill()))
})

const homeIn = (folder: string): string => mkdtempSync(join(folder, 'home-'))
const dataIn = (home: string, ...path: string[]): string => join(home, '.local/share/spillway', ...path)
const settingsIn = (home: string): unknown => JSON.parse(readFileSync(dataIn(home, 'settings.json'), 'utf8'))

/** `test` with an app on the double for those that need not begin with a new one; what it has seen before stays. */
const test = base.extend('app', { scope: 'file' }, async ({ folder }, { onCleanup }) => {
  const app = await OnDouble.start(homeIn(folder), listen)
  onCleanup(async () => expect((await app.quit()).code).toBe(0))
  return app
})

/** Clicks "Start capture"; the proxy's port. */
async function capture({ page }: Desktop): Promise<number> {
  await page.getByRole('button', { name: 'Start capture' }).first().click()
  await page.getByRole('button', { name: 'Stop capture' }).waitFor()
  const address = await page.getByRole('banner').locator('code').textContent()
  return Number(address?.split(':').at(-1))
}

async function curl(port: number, url: string): Promise<string> {
  const { stdout } = await run(tool('curl'), ['-q', '-sS', '--noproxy', '', '-x', `http://127.0.0.1:${port}`, url])
  return stdout.toString()
}

/** A file of all bytes, asked for over the page's own bridge. This and the next are the page's, whose types are not ours. */
const save = (app: Desktop, id: number): Promise<ToWindow> =>
  app.page.evaluate(`new Promise((done) => {
    window.spillway.onMessage((told) => told.id === ${id} && done(told))
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte)
    window.spillway.post({ id: ${id}, call: 'files.save', input: { name: '../../flows.har', bytes } })
  })`)

/** What a hostile page would try. */
const tries = (url: string): string => `(async () => {
  const names = ['require', 'process', 'module', 'Buffer', 'electronDoubleSend'].filter((name) => name in globalThis)
  const script = document.createElement('script')
  script.textContent = 'globalThis.inline = true'
  document.body.append(script)
  const fetched = await fetch('${url}/fetched').then(() => 'fetched', () => 'refused')
  window.open('${url}/opened')
  const link = Object.assign(document.createElement('a'), { href: '${url}/linked', target: '_blank' })
  document.body.append(link)
  link.click()
  const frame = document.createElement('iframe')
  frame.src = '${url}/framed'
  document.body.append(frame)
  const { state } = await navigator.permissions.query({ name: 'geolocation' })
  location.href = '${url}/followed'
  await new Promise((done) => setTimeout(done, 500))
  return { names, inline: 'inline' in globalThis, fetched, geolocation: state }
})()`

/** The same for both: start, one flow, one setting, a reload, quit, and again. */
function smoke(start: (home: string) => Promise<Desktop>): void {
  test(
    'start, a flow by curl, a setting, a reload that keeps all, quit, start again',
    { timeout: patience },
    async ({ folder }) => {
      await using origin = await Origin.start((_, response) => response.end('hello from the origin'))
      const home = homeIn(folder)
      const app = await started(start(home))
      const port = await capture(app)
      expect(await curl(port, origin.url('/through-the-window'))).toBe('hello from the origin')
      await app.page.getByText('/through-the-window').first().waitFor()

      await app.page.getByRole('button', { name: 'Settings', exact: true }).click()
      const size = app.page.getByRole('textbox', { name: 'Stream response bodies larger than' })
      await size.fill('3m')
      await size.press('Enter')
      await expect
        .poll(() => existsSync(dataIn(home, 'settings.json')) && settingsIn(home))
        .toMatchObject({ stream: 3 * 1024 * 1024 })

      await app.page.reload()
      await app.page.getByRole('button', { name: 'Stop capture' }).waitFor()
      await app.page.getByRole('button', { name: 'Flows', exact: true }).click()
      await app.page.getByText('/through-the-window').first().waitFor()
      await curl(port, origin.url('/after-the-reload'))
      await app.page.getByText('/after-the-reload').first().waitFor()

      expect(existsSync(dataIn(home, 'window/run.json'))).toBe(true)
      const { code, stderr } = await app.quit()
      expect({ code, stderr: stderr.replace(/^.*(?:DevTools|Debugger|dbus|ERROR:).*\n/gm, '') }).toEqual({
        code: 0,
        stderr: '',
      })
      expect(existsSync(dataIn(home, 'window/run.json'))).toBe(false)
      await expect(get(port, origin.url('/nobody'))).rejects.toThrow('ECONNREFUSED')

      const again = await started(start(home))
      await again.page.getByRole('button', { name: 'Settings', exact: true }).click()
      const kept = again.page.getByRole('textbox', { name: 'Stream response bodies larger than' })
      await expect.poll(() => kept.inputValue()).toBe('3m')
      expect((await again.quit()).code).toBe(0)
    },
  )

  test(
    'a modifier is compiled, runs in its own process, and is in the list',
    { timeout: patience },
    async ({ folder }) => {
      await using origin = await Origin.start((_, response) => response.end('hello from the origin'))
      const home = homeIn(folder)
      mkdirSync(dataIn(home, 'modifiers'), { recursive: true })
      const source =
        "import { replace } from 'spillway'\nexport default (chunks) => replace(chunks, /hel+o/, 'greetings')\n"
      writeFileSync(dataIn(home, 'modifiers/greet.ts'), source)
      writeFileSync(dataIn(home, 'settings.json'), JSON.stringify({ modifiers: [{ file: 'modifiers/greet.ts' }] }))
      const app = await started(start(home))
      const port = await capture(app)
      expect(await curl(port, origin.url('/greeted'))).toBe('greetings from the origin')
      await app.page.getByRole('button', { name: 'Modifiers', exact: true }).click()
      await app.page.getByText('greet.ts').first().waitFor()
      expect((await app.quit()).code).toBe(0)
    },
  )
}

if (binary !== undefined) {
  describe(`the desktop app on Electron (${binary})`, () => smoke((home) => onElectron(binary, home, listen)))
} else if (process.env['SPILLWAY_REQUIRE_ELECTRON'] === '1') {
  test('the desktop app on Electron: its binary must be here, and is not', () => {
    throw new Error('SPILLWAY_REQUIRE_ELECTRON=1, and Electron has no binary: npx install-electron')
  })
} else process.stderr.write("desktop: Electron's binary is not here, so the app runs on the double alone\n")

describe('the desktop app on the double of Electron', { timeout: patience }, () => {
  const start = (home: string, ...args: string[]): Promise<OnDouble> =>
    started(OnDouble.start(home, [...listen, ...args]))

  smoke(start)

  test('the page is sealed: no Node, no way out, nothing loaded from elsewhere', async ({ folder }) => {
    const reached: string[] = []
    await using origin = await Origin.start(({ url = '' }, response) => {
      reached.push(url)
      response.end('evil')
    })
    const app = await start(homeIn(folder))
    const { page } = app
    const own = page.url()
    const seen = await page.evaluate(tries(origin.url('/evil')))
    expect(seen).toEqual({ names: [], inline: false, fetched: 'refused', geolocation: 'denied' })
    expect(page.url()).toBe(own)
    await expect.poll(() => page.context().pages().length).toBe(1)
    expect(reached).toEqual([])
    const { sandboxed, windows } = await app.look()
    expect(sandboxed).toBe(true)
    expect(windows[0]?.denied).toEqual([origin.url('/evil/opened'), origin.url('/evil/linked')])
    // The shell has stopped the rest before the protocols were asked.
    expect(windows[0]?.refused).toEqual([])
    // It still works.
    await capture(app)
  })

  test('menu: capture by accelerators, and what cannot be done is grey', async ({ app }) => {
    await app.page.getByRole('button', { name: 'Start capture' }).first().waitFor()
    const enabled = async (item: string) => (await app.look()).menu.find(({ id }) => id === item)?.enabled
    expect([await enabled('start'), await enabled('stop')]).toEqual([true, false])
    await app.menu('start')
    await app.page.getByRole('button', { name: 'Stop capture' }).waitFor()
    await expect.poll(() => enabled('stop')).toBe(true)
    await expect(app.menu('start')).rejects.toThrow('cannot be used')
    await app.menu('stop')
    await app.page.getByRole('button', { name: 'Start capture' }).first().waitFor()
    const { about } = await app.look()
    expect(about.applicationVersion).toMatch(/^\d+\.\d+\.\d+ \(Electron .*Chromium .*Node 24\./)
  })

  test('menu: settings, find and clear are the page’s own, with its question', { timeout: 90_000 }, async ({ app }) => {
    await using origin = await Origin.start((_, response) => response.end('hello'))
    const { page } = app
    const port = await capture(app)
    await app.menu('settings')
    await page.getByRole('searchbox', { name: 'Search settings' }).waitFor()
    await app.menu('find')
    const focused = () => page.evaluate<string>('document.activeElement.getAttribute("aria-label")')
    await expect.poll(focused).toBe('Search settings')
    await page.getByRole('button', { name: 'Flows', exact: true }).click()
    await app.menu('find')
    await expect.poll(focused).toBe('Filter')
    await app.menu('shortcuts')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    await page.keyboard.press('Escape')

    using requests = await SmallRequests.open(port, Number(new URL(origin.base).port), 8)
    await requests.rush(1002)
    await page.getByText('1,002 flows').first().waitFor()
    const flows = new FlowList(page)
    await flows.ended()
    await app.menu('clear')
    const question = page.getByRole('alertdialog', { name: 'Delete 1,002 flows?' })
    await question.getByRole('button', { name: 'Cancel' }).click()
    await page.getByText('1,002 flows').first().waitFor()
    await app.menu('clear')
    await question.getByRole('button', { name: 'Delete all' }).click()
    await page.getByText('0 flows').first().waitFor()
    await curl(port, origin.url('/few'))
    await page.getByText('1 flow').first().waitFor()
    // What runs would stay.
    await flows.ended()
    await app.menu('clear')
    await page.getByText('0 flows').first().waitFor()
  })

  test('a file is saved where the dialog says, byte for byte; or not at all', async ({ app, folder }) => {
    const before = (await app.look()).asked.length
    const path = join(folder, 'saved.bin')
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte)
    await app.choose(path)
    expect(await save(app, 7001)).toMatchObject({ id: 7001, ok: true, value: { path } })
    expect(readFileSync(path).equals(all)).toBe(true)
    await app.choose(undefined)
    expect(await save(app, 7002)).toEqual({ id: 7002, ok: true, value: {} })
    const asked = (await app.look()).asked.slice(before)
    expect(asked.map(({ defaultPath }) => defaultPath)).toEqual(['flows.har', 'flows.har'])
  })

  test('a file that is there is chosen in a dialog of the system, into the field that asks for it', async ({ app }) => {
    const { page } = app
    const before = (await app.look()).asked.length
    await page.getByRole('button', { name: 'Settings', exact: true }).click()
    await page.getByRole('button', { name: 'Add a certificate' }).click()
    const choose = page.getByRole('button', { name: 'Choose the file: Certificate file' })
    const field = page.getByRole('textbox', { name: 'Certificate file', exact: true })
    await app.choose('/home/me/me.pem')
    await choose.click()
    await expect.poll(() => field.inputValue()).toBe('/home/me/me.pem')
    // Who thinks better of it changes nothing.
    await app.choose(undefined)
    await choose.click()
    await expect.poll(async () => (await app.look()).asked.length).toBe(before + 2)
    expect(await field.inputValue()).toBe('/home/me/me.pem')
  })

  test('after a failure of the engine the window keeps what it had, and says what is left of it', async ({
    folder,
  }) => {
    await using origin = await Origin.start((_, response) => response.end('hello'))
    const app = await start(homeIn(folder))
    const { page } = app
    const port = await capture(app)
    await curl(port, origin.url('/before-1'))
    await curl(port, origin.url('/before-2'))
    const row = (path: string) => page.getByRole('row').filter({ hasText: path })
    await row('/before-2').waitFor()
    await row('/before-1').click()
    await app.order({ do: 'fail' })
    await page
      .getByText(/engine failed .* and was started again/)
      .first()
      .waitFor()
    await page.getByText('This flow is from before the failure').waitFor()
    await page.getByText('2 flows are from before the failure').waitFor()
    // The capture is started again, perhaps on the same port.
    await page.getByRole('button', { name: 'Stop capture' }).waitFor()
    const address = await page.getByRole('banner').locator('code').textContent()
    await curl(Number(address?.split(':').at(-1)), origin.url('/after'))
    await row('/after').waitFor()
    const paths = ['/before-1', '/before-2', '/after']
    expect(await page.getByRole('row').allInnerTexts()).toEqual([
      expect.anything(),
      ...paths.map((path) => expect.stringContaining(path) as string),
    ])
    expect(await row('/before-2').innerText()).toContain('before the failure')
    expect(await row('/after').innerText()).not.toContain('before the failure')
    // The keyboard is where it was.
    expect(await row('/before-1').getAttribute('aria-selected')).toBe('true')
    await row('/before-2').click()
    await page.keyboard.press('Delete')
    await expect.poll(() => row('/before-2').count()).toBe(0)
    await row('/after').click()
    await page.getByRole('tab', { name: 'Response' }).click()
    await page.getByText('hello').first().waitFor()
    await page.getByRole('button', { name: 'Clear', exact: true }).click()
    await expect.poll(() => page.getByText('before the failure').count()).toBe(0)
  })

  test('one instance: a second one shows the first and ends', async ({ folder }) => {
    const home = homeIn(folder)
    await start(home)
    expect(await OnDouble.run(home, listen)).toEqual({ code: 0, stderr: '' })
  })

  test('the window comes back where it was, if it can be seen there', async ({ folder }) => {
    const home = homeIn(folder)
    const bounds = { x: 120, y: 90, width: 1000, height: 640 }
    const app = await start(home)
    await app.order({ do: 'resize', bounds })
    await app.quit()
    const again = await start(home)
    expect((await again.look()).windows[0]?.bounds).toEqual(bounds)
    await again.order({ do: 'resize', bounds: { ...bounds, x: 9000 } })
    await again.quit()
    const third = await start(home)
    expect((await third.look()).windows[0]?.bounds).toMatchObject({ x: 40, width: 1000, height: 640 })
  })

  test('closing the window ends the app; a flow that runs has its grace and no more', async ({ folder }) => {
    await using origin = await Origin.start((_, response) => {
      response.write('for ever')
    })
    const app = await start(homeIn(folder))
    const port = await capture(app)
    const flow = curl(port, origin.url('/endless')).catch(() => 'cut')
    await app.page.getByText('/endless').first().waitFor()
    const begun = performance.now()
    await app.order({ do: 'close' })
    // It ends at all, though the flow does not: its grace is over.
    expect((await app.ended).code).toBe(0)
    expect(performance.now() - begun).toBeGreaterThan(1500)
    await flow
  })

  test('after an abort the next start says what was lost', async ({ folder }) => {
    await using origin = await Origin.start((_, response) => response.end('hello'))
    const home = homeIn(folder)
    const app = await start(home)
    const port = await capture(app)
    await curl(port, origin.url('/lost'))
    await expect
      .poll(() => readFileSync(dataIn(home, 'window/run.json'), 'utf8'), { timeout: 20_000 })
      .toContain('"flows":1')
    app.child.kill('SIGKILL')
    await app.ended
    const again = await start(home)
    await again.page
      .getByText(/ended without warning.*The 1 flow it had seen is lost/)
      .first()
      .waitFor()
    await again.quit()
    const third = await start(home)
    await third.page.getByRole('button', { name: 'Start capture' }).first().waitFor()
    expect(await third.page.getByText('ended without warning').count()).toBe(0)
  })

  test('a mistake behind its name is a sentence and exit code 2; --version prints it', async ({ folder }) => {
    const wrong = await OnDouble.run(homeIn(folder), ['--stream', '3q'])
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringMatching(/^spillway: .*"3q"/) as string })
    expect(await OnDouble.run(homeIn(folder), ['--version', '--no-sandbox'])).toMatchObject({ code: 0, stderr: '' })
  })

  test('a data folder that cannot be used: an error box and exit code 1', async ({ folder }) => {
    const home = homeIn(folder)
    writeFileSync(join(home, 'ca.pem'), 'no certificate')
    const ended = await OnDouble.run(home, ['--origin-ca', join(home, 'ca.pem')])
    expect(ended.code).not.toBe(0)
    expect(ended.stderr).toMatch(/ca\.pem/)
  })
})
