/** Ports that stand for an origin, in the window: added in the settings, and shown to whoever connects a client. */
import { expect } from 'vitest'
import { Origin } from '../../app/headless/testing/origin.ts'
import { see, startHost, test } from '../fixtures/window.ts'

test('an origin is added in the settings, and its base URL stands where clients are connected', async ({ open }) => {
  await using origin = await Origin.start((_, response) => response.end('hello'))
  await using host = await startHost()
  await using window = await open(host)
  const { page, capture, settings } = window
  await window.go('Settings')
  const field = settings.field('Stand for these origins')
  await settings.set(field, 'ftp://a.example')
  await see(settings.panel).toContainText('"ftp://a.example" is not a reverse listener')
  await settings.set(field, `0=${origin.url('')}`)
  await page.getByRole('button', { name: 'Restart capture now' }).click()
  await capture.connect.click()
  const dialog = page.getByRole('dialog', { name: 'Connect a client' })
  await see(dialog).toContainText('Base URLs')
  await see(dialog).toContainText(`For ${origin.url('')}:`)
  const [, shown = ''] = (await dialog.innerText()).split(`For ${origin.url('')}:`)
  const [base = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(shown) ?? []
  expect(await (await fetch(`${base}/by-base-url`)).text()).toBe('hello')
  await page.keyboard.press('Escape')
  await window.go('Flows')
  await window.flows.row('/by-base-url').waitFor()
})
