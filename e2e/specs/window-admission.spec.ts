/** Who is not let in, as a browser meets it: what the page says and how it goes on, and what other pages can do. */
import { expect } from 'vitest'
import { head, Origin, text } from '../../app/headless/testing/origin.ts'
import { ask } from '../../app/web/testing/raw-http.ts'
import { rebound, see, soon, startHost, test } from '../fixtures/window.ts'
import { SpillwayWindow } from '../pages/spillway-window.ts'

const withoutToken = (url: string): string => new URL('/', url).href

/** What a page of somebody else tries: to read the window, and to talk to its wire. */
const attempts = (web: string): string => `(async () => {
  const outcome = {}
  outcome.fetch = await fetch('${web}').then(({ status }) => status, () => 'refused')
  outcome.wire = await new Promise((done) => {
    const socket = new WebSocket('${web.replace('http', 'ws')}wire')
    socket.onopen = () => done('open')
    socket.onclose = ({ code }) => done(code)
  })
  const frame = document.body.appendChild(document.createElement('iframe'))
  await new Promise((done) => {
    frame.onload = done
    frame.src = '${web}'
  })
  return outcome
})()`

test('a wrong or missing token: the page says so and how to go on, and with the right one it does', async ({
  browser,
}) => {
  await using host = await startHost()
  const { windowUrl } = host
  const context = await browser.newContext()
  await using window = new SpillwayWindow(await context.newPage())
  const wrong = windowUrl.replace(/.$/, windowUrl.endsWith('A') ? 'B' : 'A')
  for (const url of [withoutToken(windowUrl), wrong]) {
    await window.page.goto(url)
    await see(window.alert).toContainText('This tab has no valid token')
    await see(window.alert).toContainText('Open the address that it printed when it started.')
    // Nothing of the capture is shown or can be asked for.
    await see(window.capture.status).toHaveText('Not connected')
    expect(await window.capture.start.isEnabled()).toBe(false)
    // It said "Fetching the flows…" for ever, and how to connect a client was an empty panel.
    await see(window.page.getByRole('heading', { name: 'Spillway does not know this tab' })).toBeVisible()
    await see(window.page.getByText('Fetching the flows')).toHaveCount(0)
    await window.capture.connect.click()
    await see(window.page.getByRole('dialog', { name: 'Connect a client' })).toContainText('no valid token')
    await window.page.keyboard.press('Escape')
  }
  await window.page.goto('about:blank')
  await window.page.goto(windowUrl)
  await see(window.capture.status).toHaveText(`Capturing on 127.0.0.1:${host.listeningPort}`)
  expect(await window.alert.count()).toBe(0)
  expect(window.page.url()).toBe(withoutToken(windowUrl))
})

test('the address with a token is let in where the tab was refused before', async ({ browser }) => {
  await using host = await startHost()
  await using window = new SpillwayWindow(await (await browser.newContext()).newPage())
  await window.page.goto(withoutToken(host.windowUrl))
  await see(window.alert).toContainText('This tab has no valid token')
  // As a user does: pastes the printed address over the one in the address bar. Only its fragment is another.
  await window.page.goto(host.windowUrl)
  await see(window.capture.status).toHaveText(/^Capturing/)
})

test('a page of another origin can neither read the window, nor open its wire, nor frame it', async ({ browser }) => {
  await using host = await startHost()
  await using foreign = await Origin.start((_, response) =>
    response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>foreign</title>'),
  )
  const page = await (await browser.newContext()).newPage()
  const said: string[] = []
  page.on('console', (message) => said.push(message.text()))
  await page.goto(foreign.url('/'))
  const web = withoutToken(host.windowUrl)
  expect(await page.evaluate(attempts(web))).toEqual({ fetch: 'refused', wire: 1006 })
  await expect.poll(() => said.join('\n'), soon).toMatch(/Framing .* violates .*frame-ancestors 'none'/)
  expect(page.frames().filter((frame) => frame.url().startsWith(web))).toEqual([])
  await page.context().close()
})

test('a rebinding name is refused before anything is served, in a browser and by raw requests', async ({ open }) => {
  await using host = await startHost()
  await using window = await open(host)
  const { webPort } = host
  for (const name of [rebound, `${rebound}:${webPort}`, '127.0.0.1.example.com', '', '127.0.0.1:1', '[::1].x']) {
    const { status, body } = await ask(webPort, '/', { headers: { Host: name } })
    expect([name, status]).toEqual([name, 421])
    expect(body).not.toContain('<div id="root">')
  }
  for (const headers of [
    { Origin: 'http://attacker.example' },
    { Origin: 'null' },
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
  ]) {
    const upgrade = { ...headers, Upgrade: 'websocket', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': 'x' }
    const { status } = await ask(webPort, '/wire', { headers: { ...upgrade, Connection: 'Upgrade' } })
    expect([headers, status]).toEqual([headers, 403])
  }
  const page = await window.page.context().newPage()
  const response = await page.goto(`http://${rebound}:${webPort}/`)
  expect(response?.status()).toBe(421)
  await page.close()
  await see(window.capture.status).toHaveText(/^Capturing/)
})

test('through the proxy itself the window is 508, for a program and for a browser', async ({ browser }) => {
  await using host = await startHost()
  const answer = await head(host.listeningPort, withoutToken(host.windowUrl))
  expect(answer.statusCode).toBe(508)
  expect(await text(answer)).toContain('Spillway itself')
  const context = await browser.newContext({ proxy: { server: host.url, bypass: '<-loopback>' } })
  const page = await context.newPage()
  const response = await page.goto(host.windowUrl)
  expect(response?.status()).toBe(508)
  await see(page.getByText('Spillway itself')).toBeVisible()
  await context.close()
})
