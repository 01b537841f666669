/** The window without a pointer: everything is reached and seen to be reached. */
import type { Locator } from '@playwright/test'
import { expect } from 'vitest'
import { get, Origin } from '../../app/headless/testing/origin.ts'
import { see, soon, startHost, test, type WindowHost } from '../fixtures/anywhere.ts'
import type { SpillwayWindow } from '../pages/spillway-window.ts'

const paths = ['/first', '/second', '/third']

async function someTraffic(host: WindowHost, origin: Origin, { flows }: SpillwayWindow): Promise<void> {
  for (const path of paths) await get(host.listeningPort, origin.url(path))
  await expect.poll(() => flows.paths(), soon).toEqual(paths)
}

const hello = (): Promise<Origin> => Origin.start((_, response) => response.end('hello'))

/** Presses Tab until `there`, as who cannot see what the next one is. */
async function tabTo(window: SpillwayWindow, there: Locator): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    const reached = await see
      .configure({ timeout: 30 })(there)
      .toBeFocused()
      .then(
        () => true,
        () => false,
      )
    if (reached) return
    await window.page.keyboard.press('Tab')
  }
  throw new Error('Tab does not lead there')
}

test('filter, list, inspector and back', async ({ open }) => {
  await using origin = await hello()
  await using host = await startHost()
  await using window = await open(host)
  const { page, capture, flows, inspector } = window
  const { keyboard } = page
  await someTraffic(host, origin, window)

  await keyboard.press('Control+f')
  await see(capture.filter).toBeFocused()
  await keyboard.type('path:second')
  await expect.poll(() => flows.paths(), soon).toEqual(['/second'])
  await see(capture.footer).toContainText('1 of 3 flows')
  await keyboard.type(' nokey:x')
  await see(capture.filter).toHaveAttribute('aria-invalid', 'true')
  await see(capture.filter).toHaveAccessibleDescription(
    /"nokey" is nothing to filter by.* The list is as it was before\./,
  )
  expect(await flows.paths()).toEqual(['/second'])
  await keyboard.press('Escape')
  await see(capture.filter).toHaveValue('')
  await expect.poll(() => flows.paths(), soon).toEqual(paths)
  await see(capture.filter).toBeFocused()
  await keyboard.press('Escape')
  await see(flows.grid).toBeFocused()

  const selected = flows.rows.and(page.getByRole('row', { selected: true }))
  await keyboard.press('Home')
  await see(selected).toContainText('/first')
  await keyboard.press('j')
  await see(selected).toContainText('/second')
  await keyboard.press('j')
  await keyboard.press('k')
  await see(selected).toContainText('/second')
  await keyboard.press('End')
  await see(selected).toContainText('/third')
  await keyboard.press('ArrowUp')
  await keyboard.press('Enter')
  await see(inspector.region.getByRole('heading', { level: 2 })).toContainText('/second')
  // The list stays where the keys go: the inspector follows.
  await keyboard.press('k')
  await see(inspector.region.getByRole('heading', { level: 2 })).toContainText('/first')
  await keyboard.press('Escape')
  await see(inspector.region).toHaveCount(0)
  await see(flows.grid).toBeFocused()
  await keyboard.press('Shift+ArrowDown')
  await see(selected).toHaveCount(2)
  await keyboard.press('Delete')
  await expect.poll(() => flows.paths(), soon).toEqual(['/third'])
})

test('the context menu: it opens on the focused flow, does what it says, and gives the focus back', async ({
  open,
}) => {
  await using origin = await hello()
  await using host = await startHost()
  await using window = await open(host)
  const copied = await window.watchClipboard()
  const { page, flows } = window
  const { keyboard } = page
  await someTraffic(host, origin, window)
  await tabTo(window, flows.grid)
  await keyboard.press('Home')
  await keyboard.press('j')
  await keyboard.press('Shift+F10')
  await see(flows.menu).toBeVisible()
  await keyboard.press('Escape')
  await see(flows.menu).toHaveCount(0)
  await see(flows.grid).toBeFocused()
  await keyboard.press('Shift+F10')
  // Letters lead to what begins with them; they are the menu's once it has the focus.
  await see(flows.menu.or(flows.menu.getByRole('menuitem')).and(page.locator(':focus'))).toHaveCount(1)
  await keyboard.press('c')
  await see(flows.menuItem('Copy URL')).toBeFocused()
  await keyboard.press('Enter')
  await expect.poll(copied, soon).toBe(origin.url('/second'))
  await see(flows.grid).toBeFocused()
})

// Of several flows only addresses could be copied.
test('several flows: all of them as commands, by key and by menu, and their hosts', async ({ open }) => {
  await using origin = await hello()
  await using other = await hello()
  await using host = await startHost()
  await using window = await open(host)
  const copied = await window.watchClipboard()
  const { page, flows, capture } = window
  const { keyboard } = page
  await someTraffic(host, origin, window)
  await get(host.listeningPort, other.url('/other'))
  await get(host.listeningPort, origin.url('/last'))
  await expect.poll(() => flows.count(), soon).toBe(5)
  await tabTo(window, flows.grid)
  await keyboard.press('Home')
  for (let n = 0; n < 3; n++) await keyboard.press('Shift+ArrowDown')
  await see(capture.footer).toContainText('4 selected')
  // The keyboard is at the end that moves: back from there, and on from there.
  await keyboard.press('Shift+ArrowUp')
  await see(capture.footer).toContainText('3 selected')
  const third = flows.grid.locator('[aria-rowindex="4"]')
  await see(flows.grid).toHaveAttribute('aria-activedescendant', (await third.getAttribute('id'))!)
  await keyboard.press('ArrowDown')
  await see(flows.grid.locator('[aria-rowindex="5"]')).toHaveAttribute('aria-selected', 'true')
  // By the pointer it is the same, and no letters are marked.
  await flows.rows.nth(0).click()
  await keyboard.press('Escape')
  await flows.rows.nth(3).click({ modifiers: ['Shift'] })
  await see(capture.footer).toContainText('4 selected')
  expect(await page.evaluate('String(getSelection())')).toBe('')
  await keyboard.press('Control+Shift+C')
  await expect.poll(async () => (await copied()).split('\n').length, soon).toBe(4)
  const commands = (await copied()).split('\n')
  expect(commands[1]).toContain(`curl '${origin.url('/second')}'`)
  expect(commands[3]).toContain(`curl '${other.url('/other')}'`)
  await keyboard.press('Shift+F10')
  await see(flows.menuItem(/^Copy 4 as cURL/)).toBeVisible()
  await flows.menuItem('Pass their 2 hosts through untouched').waitFor()
  await flows.menuItem('Hide their 2 hosts').click()
  await expect.poll(() => flows.count(), soon).toBe(0)
  await capture.filter.fill('')
  await expect.poll(() => flows.count(), soon).toBe(5)
})

test('capture and settings by Tab, Enter and Space', async ({ open }) => {
  await using host = await startHost()
  await using window = await open(host)
  const { page, capture, settings } = window
  const { keyboard } = page
  await tabTo(window, capture.stop)
  await keyboard.press('Enter')
  await see(capture.status).toHaveText('Stopped')
  await tabTo(window, capture.start)
  await keyboard.press('Space')
  await see(capture.status).toHaveText(/^Capturing/)

  await tabTo(window, page.getByRole('navigation').getByRole('button', { name: 'Settings' }))
  await keyboard.press('Enter')
  await tabTo(window, settings.size)
  await keyboard.type('3m')
  await keyboard.press('Enter')
  await see(capture.sizeRule('Stream > 3m')).toBeVisible()
  await tabTo(window, settings.switch('Always stream live types'))
  await keyboard.press('Space')
  await see(settings.switch('Always stream live types')).not.toBeChecked()
  // The same keys search here.
  await keyboard.press('Control+f')
  await see(settings.search).toBeFocused()
  await keyboard.type('size rule that is not there')
  await see(settings.panel).toContainText('No setting found')
})

test('focus is visible wherever Tab leads', async ({ open }) => {
  await using origin = await hello()
  await using host = await startHost()
  await using window = await open(host)
  await someTraffic(host, origin, window)
  await window.flows.row('/second').click()
  await window.inspector.tab('Overview')
  const unseen: unknown[] = []
  const seen = new Set<unknown>()
  for (let presses = 0; presses < 60; presses++) {
    await window.page.keyboard.press('Tab')
    const { name, mark } = await window.page.evaluate<{ name: string; mark: boolean }>(`(() => {
      const at = document.activeElement
      const row = document.getElementById(at.getAttribute('aria-activedescendant') ?? '')
      const outlined = ({ outlineStyle, outlineWidth }) => outlineStyle !== 'none' && outlineWidth !== '0px'
      const marked = [at, at.parentElement, row].filter((part) => part !== null).map((part) => getComputedStyle(part))
      const filled = getComputedStyle(at, '::after')
      const mark =
        marked.some((style) => outlined(style) || style.boxShadow !== 'none') ||
        (filled.content !== 'none' && filled.backgroundColor !== 'rgba(0, 0, 0, 0)')
      return { name: at === document.body ? 'body' : at.getAttribute('aria-label') ?? at.textContent.trim(), mark }
    })()`)
    // Between the last and the first is the browser itself.
    if (name === 'body') continue
    seen.add(name)
    if (!mark) unseen.push(name)
  }
  expect(seen.size).toBeGreaterThan(12)
  expect(unseen).toEqual([])
})
