/** What axe-core finds in every state of the window, in both colour schemes: nothing. */
import { expect } from 'vitest'
import { Origin, get } from '../../app/headless/testing/origin.ts'
import { chunk } from '../../main/testing/bytes.ts'
import { connectClient } from '../../main/testing/raw-client.ts'
import { startOrigin } from '../../main/testing/scripted-origin.ts'
import { see, soon, startHost, test } from '../fixtures/anywhere.ts'
import { findings } from '../fixtures/findings.ts'
import { inspectorTabs } from '../pages/inspector.ts'

test('stopped and empty, waiting, and the popover that says how to connect', async ({ open }) => {
  await using host = await startHost()
  await using window = await open(host)
  const { page, capture } = window
  expect(await findings(window)).toEqual([])
  await capture.stop.click()
  await see(page.getByRole('heading', { name: 'Nothing is captured yet' })).toBeVisible()
  expect(await findings(window)).toEqual([])
  await capture.connect.click()
  await see(page.getByRole('dialog', { name: 'Connect a client' })).toBeVisible()
  expect(await findings(window)).toEqual([])
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Keyboard shortcuts' }).click()
  await see(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
  expect(await findings(window)).toEqual([])
})

test(
  'flows of every state, each tab of the inspector, the menu, a filter without a match',
  { timeout: 120_000 },
  async ({ open }) => {
    await using host = await startHost()
    await using origin = await Origin.start((request, response) => {
      if (request.url === '/broken') response.destroy()
      else response.setHeader('Content-Type', 'application/json').end('{"a": [1, 2, {"b": null}]}')
    })
    await using live = await startOrigin()
    await using window = await open(host)
    const { page, flows, inspector, capture } = window
    await get(host.listeningPort, origin.url('/done'))
    await get(host.listeningPort, origin.url('/broken'))
    const client = await connectClient(host.listeningPort)
    void client.write(`GET http://${live.authority}/live HTTP/1.1\r\nHost: ${live.authority}\r\n\r\n`)
    const { connection } = await live.request()
    void connection.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n')
    void connection.write(chunk('data: 1\n\n'))
    const pending = await connectClient(host.listeningPort)
    void pending.write(`GET http://${live.authority}/pending HTTP/1.1\r\nHost: ${live.authority}\r\n\r\n`)
    await live.request()
    await expect.poll(() => flows.count(), soon).toBe(4)
    await see(flows.row('/live')).toContainText('streamed')
    expect(await findings(window)).toEqual([])

    const shown = [
      ...inspectorTabs.map((tab) => ['/done', tab] as const),
      ['/live', 'Response'],
      ['/broken', 'Overview'],
    ] as const
    for (const [path, tab] of shown) {
      await flows.row(path).click()
      await inspector.tab(tab)
      await see(inspector.region.getByRole('tabpanel', { name: tab })).toBeVisible()
      await see(inspector.region.getByText('Loading …')).toHaveCount(0)
      expect(await findings(window)).toEqual([])
    }
    await flows.row('/done').click({ button: 'right' })
    await see(flows.menu).toBeVisible()
    expect(await findings(window)).toEqual([])
    await page.keyboard.press('Escape')
    await capture.filter.fill('host:nowhere')
    await see(page.getByRole('heading', { name: 'No flow matches the filter' })).toBeVisible()
    await capture.filter.fill('nokey:1')
    expect(await findings(window)).toEqual([])
  },
)

test('settings, with a mistake, a change and a rule being written', async ({ open }) => {
  await using host = await startHost({ args: ['--max-flows', '500'] })
  await using window = await open(host)
  const { page, settings } = window
  await window.go('Settings')
  await see(settings.size).toBeVisible()
  expect(await findings(window)).toEqual([])
  await settings.set(settings.size, '3 bananas')
  expect(await findings(window)).toEqual([])
  await settings.set(settings.size, '3m')
  await see(settings.undo).toBeVisible()
  await page.getByRole('button', { name: 'Add a rule' }).click()
  expect(await findings(window)).toEqual([])
})

const modified = 'modifiers: none yet, one being written, a dry run, its details, the match, the console'
test(modified, { timeout: 120_000 }, async ({ open }) => {
  await using host = await startHost()
  await using window = await open(host)
  const { page, modifiers } = window
  await window.go('Modifiers')
  await see(page.getByRole('button', { name: /^Replace text/ })).toBeVisible()
  expect(await findings(window)).toEqual([])
  await page.getByRole('button', { name: /^Replace text/ }).click()
  const code = modifiers.code('replace-text.ts')
  await see(code).toBeFocused()
  await page.keyboard.press('Control+End')
  await page.keyboard.type('nothing.here = Ma')
  await see(page.getByRole('listbox', { name: 'Completions' })).toBeVisible()
  expect(await findings(window)).toEqual([])
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: /problem/ }).click()
  await see(modifiers.problems).toBeVisible()
  expect(await findings(window)).toEqual([])
  await page.keyboard.press('Control+F')
  await page.keyboard.press('Control+Enter')
  await modifiers.dryRun.getByRole('button', { name: 'on the sample' }).click()
  for (const kind of ['Recorded flow', 'Text', 'Sample']) {
    await modifiers.dryRun.getByRole('button', { name: kind, exact: true }).click()
    expect(await findings(window)).toEqual([])
  }
  await modifiers.write('replace-text.ts', 'export default function* (chunks) {\n  yield "data: added\\n\\n"\n}\n')
  await modifiers.dryRun.getByRole('button', { name: 'Run', exact: true }).click()
  await see(modifiers.dryRun.getByText('Ended')).toBeVisible()
  await modifiers.steps.focus()
  await page.keyboard.press('Home')
  await see(modifiers.dryRun.getByRole('region', { name: 'The chosen chunk' })).toBeVisible()
  expect(await findings(window)).toEqual([])
  await page.getByRole('button', { name: 'Change', exact: true }).click()
  await page.getByRole('textbox', { name: 'Status' }).fill('600')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Console' }).last().click()
  expect(await findings(window)).toEqual([])
  await modifiers.line('replace-text.ts').focus()
  await page.keyboard.press('F2')
  await page.keyboard.type('a?')
  await page.keyboard.press('Enter')
  await see(page.getByRole('alert')).toBeVisible()
  expect(await findings(window)).toEqual([])
  await page.keyboard.press('Escape')
  await modifiers.new.click()
  expect(await findings(window)).toEqual([])
})
