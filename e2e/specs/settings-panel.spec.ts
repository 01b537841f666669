/**
 * The settings panel in a real Chromium over `spillway --web`: what is typed, dragged and moved by keys, two tabs at
 * once, and the file that keeps it.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from '@playwright/test'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { Origin } from '../../app/headless/testing/origin.ts'
import { Program } from '../../app/headless/testing/program.ts'
import { run } from '../fixtures/command.ts'
import { findings } from '../fixtures/findings.ts'
import { bundle } from '../fixtures/spillway.ts'
import { tool } from '../fixtures/tools.ts'

const patience = 60_000
const viewport = { width: 1360, height: 900 }
/** As root Chromium must do without its sandbox; on a closed network without everything it asks for by itself. */
const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking']

const sizes = [100, 4000, 90_000, 2_900_000, 3_145_728, 3_145_729, 8_000_000]

let program: Program
let proxy: string
let origin: Origin
let browser: Browser
let page: Page

beforeAll(async () => {
  program = new Program(['--web', '127.0.0.1:0', '--listen', '127.0.0.1:0'], {}, [process.execPath, bundle])
  ;[, proxy = ''] = await program.says('stdout', /listening on (http:\S+)/)
  await program.says('stdout', /window at http:\S+\n/)
  origin = await Origin.start((request, response) => response.end(Buffer.alloc(Number(request.url?.slice(1)))))
  for (const size of sizes)
    await run(tool('curl'), ['-q', '-sS', '--noproxy', '', '-x', proxy, '-o', '/dev/null', origin.url(`/${size}`)])
  browser = await chromium.launch({ executablePath: tool('headless'), args })
  page = await openPanel()
}, patience)

afterAll(async () => {
  await browser.close()
  await origin[Symbol.asyncDispose]()
  await program[Symbol.asyncDispose]()
})

async function openPanel(): Promise<Page> {
  const context = await browser.newContext({ viewport })
  const tab = await context.newPage()
  const [, url = ''] = await program.says('stdout', /window at (http:\S+)\n/)
  await tab.goto(url)
  await tab.getByRole('navigation').getByRole('button', { name: 'Settings' }).click()
  await sizeRule(tab).waitFor()
  return tab
}

const sizeRule = (tab: Page) => tab.getByRole('textbox', { name: 'Stream response bodies larger than' })
/** The file of settings; there is none before the first change. */
const kept = (): unknown => {
  const file = join(program.folder, '.local/share/spillway/settings.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
}
const counts = () => page.getByText(/^(Last \d+ bod|No body)/).textContent()
const focused = () => page.locator(':focus').getAttribute('aria-label')
const names = () => page.getByRole('list', { name: 'Streaming rules' }).locator('li strong').allTextContents()

/** Loaded anew, what was being written is gone; and that takes half of what a new tab does. */
beforeEach(async () => {
  await page.setViewportSize(viewport)
  await page.reload()
  await sizeRule(page).waitFor()
}, patience)

test('a size recolours the picture while it is typed, and holds after Enter', { timeout: patience }, async () => {
  const field = sizeRule(page)
  await field.fill('3m')
  await expect.poll(counts).toBe('Last 7 bodies: 5 held, 2 streamed')
  await field.press('Escape')
  expect(await field.inputValue()).toBe('')
  await field.fill('3m')
  await field.press('Enter')
  await page.getByText('Stream response bodies larger than: 3m').waitFor()
  expect(kept()).toMatchObject({ stream: 3145728 })
})

test('a wrong size says so and changes nothing, neither by Enter nor by leaving', { timeout: patience }, async () => {
  const before = JSON.stringify(kept())
  await sizeRule(page).fill('3x')
  await page.getByText('"3x" is not a size').waitFor()
  await sizeRule(page).press('Enter')
  await page.getByRole('searchbox').focus()
  expect(await sizeRule(page).inputValue()).toBe('3x')
  expect(JSON.stringify(kept())).toBe(before)
})

/** Where they are, from the first of them on: what is filled may be scrolled to. */
const placesOf = (selector: string) =>
  page.evaluate<string[]>(`(() => {
    const all = [...document.querySelectorAll(${JSON.stringify(selector)})]
    const y = (one) => one.getBoundingClientRect().y
    const name = (one) => one.getAttribute('aria-label') || one.textContent || one.id
    return all.map((one) => name(one) + ' at ' + Math.round(y(one) - y(all[0])))
  })()`)

// The sentence of a mistake pushed the picture, and every setting below it, 40 pixels down, and pulled them up again.
test('nothing moves for what is wrong in a field', { timeout: patience }, async () => {
  const panel = page.getByRole('region', { name: 'Settings' })
  const places = () =>
    placesOf('[aria-label="Settings"] :is(h3, h3 ~ * input, [id^="setting-"] button, [role="slider"])')
  let wrong = 0
  for (const width of [1360, 800]) {
    await page.setViewportSize({ width, height: 900 })
    for (const field of await panel.getByRole('textbox').all()) {
      if ((await field.getAttribute('readonly')) !== null || (await field.getAttribute('type')) === 'search') continue
      // The examples make room for the fault.
      const before = await places()
      await field.fill('"nothing, of. that\\ kind? ')
      await page.evaluate('new Promise(requestAnimationFrame)')
      if ((await field.getAttribute('aria-invalid')) === 'true') wrong++
      expect((await places()).filter((place) => !before.includes(place))).toEqual([])
      await field.press('Escape')
    }
  }
  expect(wrong).toBeGreaterThan(10)
})

test('nothing moves for what is wrong in a rule', { timeout: patience }, async () => {
  await page.getByRole('button', { name: 'Add a rule' }).click()
  const form = page.getByRole('form')
  await form.getByLabel('Host').fill('127.0.0.1')
  await page.getByText(/of 7 captured flows would go another way/).waitFor()
  const places = () => placesOf('form :is(input, [role="radio"], [type="submit"])')
  const before = await places()
  for (const name of ['Status', 'Larger than', 'Host']) {
    await form.getByLabel(name).fill('"nothing, of. that\\ kind? ')
    await expect.poll(() => form.getByLabel(name).getAttribute('aria-invalid')).toBe('true')
  }
  expect(await places()).toEqual(before)
})

test('the line is a slider; every change is taken back by Ctrl+Z', { timeout: patience }, async () => {
  const before = await sizeRule(page).inputValue()
  await page.getByRole('slider').focus()
  await page.keyboard.press('Home')
  await expect.poll(counts).toBe('Last 7 bodies: 0 held, 7 streamed')
  await page.keyboard.press('Enter')
  await expect.poll(kept).toMatchObject({ stream: 0 })
  await page.keyboard.press('Control+z')
  await expect.poll(() => sizeRule(page).inputValue()).toBe(before)
})

test('two tabs agree, and typing is not disturbed', { timeout: patience }, async () => {
  const other = await openPanel()
  await sizeRule(page).fill('7')
  await sizeRule(other).fill('9m')
  await sizeRule(other).press('Enter')
  await page.getByText('Changed elsewhere to 9m').waitFor()
  expect(await sizeRule(page).inputValue()).toBe('7')
  await sizeRule(page).press('Escape')
  expect(await sizeRule(page).inputValue()).toBe('9m')
  await other.context().close()
})

test('rules: add, try, move by keys and by hand, delete and take back', { timeout: patience }, async () => {
  for (const [name, host] of [
    ['A', '*.example.com'],
    ['B', '127.0.0.1'],
  ] as const) {
    await page.getByRole('button', { name: 'Add a rule' }).click()
    const form = page.getByRole('form')
    await form.getByLabel('Name').fill(name)
    await form.getByLabel('Status').fill('600')
    await page.getByText('"600" is not a status').waitFor()
    await form.getByLabel('Status').fill('')
    await form.getByLabel('Host').fill(host)
    await page.getByText(/of 7 captured flows would go another way/).waitFor()
    await form.getByLabel('Host').press('Enter')
    await page.getByText(`Added rule “${name}”`).waitFor()
  }
  await page.getByRole('button', { name: 'Edit rule “A”' }).focus()
  await page.keyboard.press('Alt+ArrowDown')
  await expect.poll(names).toEqual(['B', 'A'])
  expect(await focused()).toBe('Edit rule “A”')
  const [from, to] = await Promise.all(
    ['A', 'B'].map((name) => page.getByRole('button', { name: `Drag rule “${name}”` }).boundingBox()),
  )
  await page.mouse.move(from!.x + 8, from!.y + 8)
  await page.mouse.down()
  await page.mouse.move(to!.x + 8, to!.y - 6, { steps: 5 })
  await page.mouse.up()
  await expect.poll(names).toEqual(['A', 'B'])
  await page.getByRole('button', { name: 'Delete rule “A”' }).click()
  await expect.poll(names).toEqual(['B'])
  await page.getByRole('status').getByRole('button', { name: 'Undo' }).click()
  await expect.poll(names).toEqual(['A', 'B'])
  expect(kept()).toMatchObject({ rules: [{ name: 'A', host: '*.example.com', delivery: 'stream' }, { name: 'B' }] })
})

// Whoever looked at the flows meanwhile began anew.
test('what is being written is there again after a look at the flows', { timeout: patience }, async () => {
  const go = (view: string) =>
    page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: view }).click()
  await sizeRule(page).fill('3x')
  await page.getByRole('textbox', { name: 'Tunnel these hosts untouched' }).fill('a host, with spaces')
  await page.getByRole('button', { name: 'Add a rule' }).click()
  await page.getByRole('form').getByLabel('Host').fill('half.a.rule')
  await go('Flows')
  await sizeRule(page).waitFor({ state: 'detached' })
  await go('Settings')
  expect(await sizeRule(page).inputValue()).toBe('3x')
  await page.getByText('"3x" is not a size').waitFor()
  expect(await page.getByRole('textbox', { name: 'Tunnel these hosts untouched' }).inputValue()).toMatch(/^a host/)
  expect(await page.getByRole('form').getByLabel('Host').inputValue()).toBe('half.a.rule')
  await page.getByRole('form').getByRole('button', { name: 'Cancel' }).click()
  await go('Flows')
  await go('Settings')
  expect(await page.getByRole('form').count()).toBe(0)
  await sizeRule(page).press('Escape')
  expect(await sizeRule(page).inputValue()).not.toBe('3x')
})

test('what the command line says is locked, and says why', { timeout: patience }, async () => {
  const address = page.getByRole('textbox', { name: 'Proxy address' })
  expect(await address.getAttribute('readonly')).not.toBeNull()
  await page.getByText('Locked: given on the command line').waitFor()
})

test('search finds by key, and goes to the field', { timeout: patience }, async () => {
  await page.keyboard.press('Control+f')
  await page.keyboard.type('holdms')
  await page.getByText('1 setting found').waitFor()
  await page.keyboard.press('Enter')
  await page.keyboard.type('half a second')
  await page.getByText('"half a second" is not a time').waitFor()
})

test('nothing for axe to say', { timeout: patience }, async () => {
  await sizeRule(page).fill('3x')
  await page.getByRole('button', { name: 'Add a rule' }).click()
  await page.getByRole('button', { name: 'Add a certificate' }).click()
  await page.keyboard.press('Enter')
  expect(await findings({ page }, 'section[aria-label="Settings"]')).toEqual([])
})

// With the first body, everything below the picture went up by a line.
test('nothing moves when the first body comes', { timeout: patience }, async () => {
  const places = () => placesOf('[aria-label="Settings"] :is(h3, h3 ~ * input, [role="slider"])')
  await page.getByRole('button', { name: 'Clear', exact: true }).click()
  await expect.poll(counts).toBe('No body yet')
  const before = await places()
  await run(tool('curl'), ['-q', '-sS', '--noproxy', '', '-x', proxy, '-o', '/dev/null', origin.url('/100')])
  await expect.poll(counts).toMatch(/^Last 1 body/)
  expect(await places()).toEqual(before)
})
