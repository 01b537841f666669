/** What a window shows belongs to its host: a reload, a second tab and a lost connection agree. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { get, head, Origin } from '../../app/headless/testing/origin.ts'
import { see, soon, startHost, test } from '../fixtures/window.ts'
import type { SpillwayWindow } from '../pages/spillway-window.ts'

const hello = (): Promise<Origin> => Origin.start((_, response) => response.end('hello'))

test('a reload keeps capture, rows with their order, bodies and settings; the token leaves the address bar', async ({
  open,
}) => {
  await using origin = await hello()
  await using host = await startHost()
  await using window = await open(host)
  const { flows, capture, page } = window
  expect(page.url()).toBe(new URL('/', host.windowUrl).href)
  for (const path of ['/1', '/2', '/3']) await get(host.listeningPort, origin.url(path))
  await capture.sizeRule('No size rule').click()
  await window.settings.set(window.settings.size, '3m')
  await capture.sizeRule('Stream > 3m').waitFor()
  await window.go('Flows')
  await expect.poll(() => flows.paths(), soon).toEqual(['/1', '/2', '/3'])
  const before = await flows.cells('/2')

  await page.reload()
  await window.ready()
  await expect.poll(() => flows.paths(), soon).toEqual(['/1', '/2', '/3'])
  expect(await flows.cells('/2')).toEqual({ ...before, Waterfall: expect.any(String) as unknown })
  await capture.sizeRule('Stream > 3m').waitFor()
  await capture.stop.waitFor()
  await flows.row('/2').click()
  await window.inspector.tab('Response')
  await see(window.inspector.body).toHaveText('hello')
})

// All of this was gone after a reload: whoever had found the one flow among many had to find it again.
test('a reload keeps what the user was doing: filter, order, flow and inspector, and the view', async ({ open }) => {
  await using origin = await Origin.start(({ url = '' }, response) => response.end('x'.repeat(url.length * 10)))
  await using host = await startHost()
  await using window = await open(host)
  const { flows, capture, inspector, page } = window
  const reload = async (): Promise<void> => {
    await page.reload()
    await window.ready()
  }
  for (let n = 0; n < 60; n++) await get(host.listeningPort, origin.url(`/many/${'x'.repeat(n)}`))
  await get(host.listeningPort, origin.url('/other'))
  await expect.poll(() => flows.count(), soon).toBe(61)
  await capture.filter.fill('path:/many')
  await flows.grid.getByRole('columnheader', { name: 'Size' }).getByRole('button').click()
  await flows.grid.focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('Enter')
  const selected = flows.rows.and(page.getByRole('row', { selected: true }))
  await see(selected).toContainText('/many/x')
  const chosen = await selected.getAttribute('data-id')
  // The largest, which came last; and then the smallest, out of sight from the beginning.
  await page.keyboard.press('End')
  await see(selected).not.toHaveAttribute('data-id', chosen ?? '')
  const id = (await selected.getAttribute('data-id')) ?? ''
  await see(inspector.region).toBeVisible()

  await reload()
  await see(capture.filter).toHaveValue('path:/many')
  await expect.poll(() => flows.count(), soon).toBe(60)
  await see(flows.grid.getByRole('columnheader', { name: 'Size' })).toHaveAttribute('aria-sort', 'descending')
  await see(selected).toBeInViewport()
  await see(selected).toHaveAttribute('data-id', id)
  await see(inspector.region.getByRole('heading', { level: 2 })).toContainText('/many/')

  await window.go('Settings')
  await reload()
  await see(window.settings.size).toBeVisible()
  await window.go('Flows')
  await see(selected).toBeInViewport()
  // A list that was cleared is another one: what was meant for the flows before is not meant for those that come.
  await capture.clear.click()
  await expect.poll(() => flows.count(), soon).toBe(0)
  await reload()
  await see(inspector.region).toHaveCount(0)
  await get(host.listeningPort, origin.url('/after'))
  await expect.poll(() => flows.count(), soon).toBe(0)
  await capture.filter.fill('')
  await expect.poll(() => flows.paths(), soon).toEqual(['/after'])
  expect(await selected.count()).toBe(0)
})

test('two tabs agree on rows, the capture and settings, and one does not take the selection of the other', async ({
  open,
}) => {
  await using origin = await hello()
  await using host = await startHost()
  // Side by side: of a tab that is hidden the browser draws a frame now and then only.
  await using left = await open(host)
  await using right = await open(host)
  const both = [left, right]
  await get(host.listeningPort, origin.url('/1'))
  await get(host.listeningPort, origin.url('/2'))
  for (const { flows } of both) await expect.poll(() => flows.paths(), soon).toEqual(['/1', '/2'])
  await left.flows.row('/1').click()
  await left.inspector.region.waitFor()
  expect(await right.inspector.region.count()).toBe(0)

  await left.capture.stop.click()
  for (const { capture } of both) await expect.poll(() => capture.status.textContent(), soon).toBe('Stopped')
  await right.capture.start.click()
  for (const { capture } of both) await capture.stop.waitFor()
  expect(await left.capture.proxy()).toBe(await right.capture.proxy())

  await right.go('Settings')
  await left.capture.sizeRule('No size rule').click()
  await left.settings.set(left.settings.size, '5m')
  await right.capture.sizeRule('Stream > 5m').waitFor()
  await expect.poll(() => right.settings.size.inputValue(), soon).toBe('5m')

  await right.capture.clear.click()
  for (const window of both) {
    await window.go('Flows')
    await expect.poll(() => window.flows.count(), soon).toBe(0)
  }
})

// Only who opened the settings was told.
test('a damaged settings file is told in every window and at the start', async ({ open, folder }) => {
  const home = mkdtempSync(join(folder, 'home-'))
  const data = join(home, '.local/share/spillway')
  mkdirSync(data, { recursive: true })
  writeFileSync(join(data, 'settings.json'), '{"stream": "3m", "holdMs": ')
  await using host = await startHost({ home })
  await host.says(
    'stderr',
    /^spillway: The settings file was damaged: it is not JSON at line 1, .* the defaults hold\.$/m,
  )
  await using first = await open(host)
  await using second = await open(host, { dark: true })
  for (const { page } of [first, second]) {
    const messages = page.getByRole('log', { name: 'Messages' })
    await see(messages).toContainText('The settings file was damaged')
    await messages.getByRole('button', { name: 'Close' }).click()
    await see(messages).not.toContainText('damaged')
  }
  // A change writes the file anew, and there is nothing more to say.
  await first.capture.sizeRule('No size rule').click()
  await see(first.settings.panel.getByRole('alert')).toContainText('The settings file was damaged')
  await first.settings.set(first.settings.size, '3m')
  await see(first.settings.panel.getByRole('alert')).toHaveCount(0)
})

test('when the host ends the tab says so and keeps what it had; another start has another token', async ({
  open,
  folder,
}) => {
  await using origin = await hello()
  const home = mkdtempSync(join(folder, 'home-'))
  let port = 0
  let window: SpillwayWindow
  {
    await using host = await startHost({ home })
    port = host.webPort
    window = await open(host)
    await get(host.listeningPort, origin.url('/kept'))
    await window.flows.row('/kept').waitFor()
  }
  await using lost = window
  // The browser says on its console that nobody is there.
  lost.expected = /WebSocket connection to/
  await expect.poll(() => lost.alert.textContent(), soon).toContain('The connection to Spillway broke')
  expect(await lost.flows.paths()).toEqual(['/kept'])
  // It went on to say "Capturing on …" in green, with the address to copy.
  await see(lost.capture.status).toHaveText('Not connected')
  await see(lost.capture.bar.getByRole('code')).toHaveText('not connected')
  await see(lost.capture.bar.getByRole('button', { name: 'Copy the proxy address' })).toBeDisabled()
  await using host = await startHost({ home, args: ['--web', `127.0.0.1:${port}`] })
  await lost.alert.getByText('This tab has no valid token').waitFor()
  expect(await lost.alert.textContent()).toContain('Open the address that it printed when it started.')
  // And so it goes on: the printed address, in the same tab.
  await lost.page.goto(host.windowUrl)
  await lost.page.reload()
  await lost.ready()
  expect(await lost.alert.count()).toBe(0)
  expect((await head(host.listeningPort, origin.url('/new'))).statusCode).toBe(200)
  await expect.poll(() => lost.flows.paths(), soon).toEqual(['/new'])
})
