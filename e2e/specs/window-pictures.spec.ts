/**
 * The pictures of the README, made by the window itself in the midst of traffic. Every run makes them; they are written
 * to assets/screenshots when SPILLWAY_PICTURES=1 asks for it.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Page } from '@playwright/test'
import { expect } from 'vitest'
import { see, soon, startHost, test, type WindowHost } from '../fixtures/window.ts'
import { hostNames, startShop, type Shop } from '../load/shop.ts'
import type { SpillwayWindow } from '../pages/spillway-window.ts'

const folder = resolve(import.meta.dirname, '../../assets/screenshots')
const wanted = process.env['SPILLWAY_PICTURES'] === '1'

/** Without the pointer and the caret, which are where they happen to be. */
async function picture(page: Page, name: string): Promise<Buffer> {
  await page.mouse.move(0, 0)
  const bytes = await page.screenshot({ caret: 'hide' })
  if (wanted) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, `${name}.png`), bytes)
  }
  return bytes
}

async function scene(window: SpillwayWindow, host: WindowHost, shop: Shop): Promise<void> {
  const { capture, settings, flows } = window
  await capture.sizeRule('No size rule').click()
  await settings.set(settings.size, '3m')
  await see(capture.sizeRule('Stream > 3m')).toBeVisible()
  await settings.panel.getByRole('status').getByRole('button', { name: 'Close' }).click()
  await window.go('Flows')
  await shop.visit(host)
  await expect.poll(() => flows.count(), soon).toBe(shop.flows)
  await see(capture.footer).toContainText('3 streaming')
}

test(
  'flows, inspector, settings and modifiers in both colour schemes',
  { timeout: 60_000 },
  async ({ open, folder: own }) => {
    const names = hostNames(own)
    await using shop = await startShop(names !== undefined)
    await using host = await startHost({
      usualHold: true,
      args: ['--origin-ca', shop.caFile(own)],
      ...(names && { prefix: names }),
    })
    const made = new Map<string, Buffer>()
    await using light = await open(host)
    await scene(light, host, shop)
    await light.go('Modifiers')
    await light.page.getByRole('button', { name: /^Redact JSON fields/ }).click()
    await see(light.modifiers.code('redact-json-fields.ts')).toBeFocused()
    await light.go('Flows')
    await using dark = await open(host, { dark: true })
    for (const [scheme, window] of [
      ['dark', dark],
      ['light', light],
    ] as const) {
      const { page, flows, inspector, capture } = window
      await page.bringToFront()
      await expect.poll(() => flows.count(), soon).toBe(shop.flows)
      // As the README says: a list with one of its flows in the inspector, here one that is alive;
      await flows.row(shop.answer).click()
      await inspector.tab('Response')
      await see(inspector.region).toContainText('Its last bytes, as they pass')
      await shop.speak()
      await see(inspector.region).toContainText('content_block_delta')
      made.set(`flows-${scheme}`, await picture(page, `flows-${scheme}`))
      // and the fields of a response in wire order, with its body as JSON.
      await flows.row(shop.json).click()
      await see(inspector.region).toContainText(/content-type/i)
      await see(inspector.body).toContainText('"users"')
      await see(inspector.region.getByRole('button', { name: 'JSON', pressed: true })).toBeVisible()
      made.set(`inspector-${scheme}`, await picture(page, `inspector-${scheme}`))
      await inspector.close.click()
      await capture.sizeRule('Stream > 3m').click()
      await see(window.settings.size).toBeFocused()
      made.set(`settings-${scheme}`, await picture(page, `settings-${scheme}`))
      await window.go('Modifiers')
      await window.modifiers.line('redact-json-fields.ts').click()
      await see(window.modifiers.code('redact-json-fields.ts')).toBeVisible()
      await window.modifiers.code('redact-json-fields.ts').focus()
      await page.keyboard.press('Control+Enter')
      await see(window.modifiers.dryRun.getByText('Ended')).toBeVisible()
      made.set(`modifiers-${scheme}`, await picture(page, `modifiers-${scheme}`))
      await window.go('Flows')
    }
    // Each shows something of its own.
    expect(new Set([...made.values()].map((bytes) => bytes.toString('base64'))).size).toBe(8)
    for (const bytes of made.values()) expect(bytes.length).toBeGreaterThan(20_000)
  },
)
