/** The capture seen and steered from the window: traffic of curl and of a browser, stop, start, clear. */
import { X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { expect } from 'vitest'
import { Origin } from '../../app/headless/testing/origin.ts'
import { startChromium } from '../fixtures/chromium.ts'
import { curl } from '../fixtures/curl.ts'
import { see, soon, startHost, test, type WindowHost } from '../fixtures/anywhere.ts'

const json = Buffer.from(JSON.stringify({ users: Array.from({ length: 300 }, (_, id) => ({ id })) }))

/** An origin with a few resources. */
const site = (): Promise<Origin> =>
  Origin.start((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://origin')
    if (pathname === '/users') response.setHeader('Content-Type', 'application/json').end(json)
    else if (pathname === '/made') response.writeHead(201).end()
    else response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' }).end('no such page')
  })

/** curl's exit code for "the proxy is not there". */
const refused = 7
const reach = async (host: WindowHost, url: string): Promise<number | null> => (await curl(host, [url])).code

test('what curl asks for appears, with everything the columns say', async ({ open }) => {
  await using origin = await site()
  await using host = await startHost()
  await using window = await open(host)
  const { flows, capture } = window
  expect(await capture.status.textContent()).toBe(`Capturing on 127.0.0.1:${host.listeningPort}`)
  expect(await capture.proxy()).toBe(`127.0.0.1:${host.listeningPort}`)
  expect(await flows.count()).toBe(0)

  await curl(host, [origin.url('/users?page=2')])
  await curl(host, ['-X', 'POST', '-d', 'name=x', origin.url('/made')])
  await curl(host, ['-I', origin.url('/nothing')])
  await expect.poll(() => flows.paths(), soon).toEqual(['/users?page=2', '/made', '/nothing'])
  const at = new URL(origin.base).host
  expect(await flows.cells('/users?page=2')).toMatchObject({
    State: 'Done',
    Method: 'GET',
    Status: '200',
    Host: at,
    Type: 'json',
    Size: `${(json.length / 1024).toFixed(1)} KB`,
    'Delivery and why': expect.stringMatching(/^buffered.+/) as unknown,
  })
  expect(await flows.cells('/made')).toMatchObject({ State: 'Done', Method: 'POST', Status: '201', Size: '0 B' })
  expect(await flows.cells('/nothing')).toMatchObject({ Method: 'HEAD', Status: '404', Type: 'plain', Size: '0 B' })
  expect(await capture.footer.textContent()).toContain('3 flows')

  await flows.row('/users?page=2').click()
  await window.inspector.says('users?page=2').waitFor()
  await window.inspector.tab('Response')
  await window.inspector.says('"users"').waitFor()
})

test('a failure is red with its reason, and the inspector says who failed', async ({ open }) => {
  // A port on which nobody listens any more.
  const gone = await site()
  await gone[Symbol.asyncDispose]()
  await using host = await startHost()
  await using window = await open(host)
  await curl(host, [gone.url('/gone')])
  await expect.poll(() => window.flows.cellsNow('/gone'), soon).toMatchObject({ State: 'Failed' })
  const { 'Delivery and why': why = '' } = await window.flows.cells('/gone')
  expect(why).toMatch(/^failed.*refused/)
  await window.flows.row('/gone').click()
  await window.inspector.says('(the origin, while connecting)').waitFor()
})

test('a browser that trusts our CA, through HTTP and HTTPS', async ({ open, folder, certificates }) => {
  const page = '<!doctype html><title>here</title><link rel="icon" href="data:,"><p>hello'
  const listener: RequestListener = (_, response) => response.setHeader('Content-Type', 'text/html').end(page)
  await using plain = await Origin.start(listener)
  await using secure = await Origin.start(listener, certificates.pem)
  await using host = await startHost({ args: ['--origin-ca', certificates.ca] })
  await using window = await open(host)
  await using chromium = await startChromium(folder, host.url, [host.ca])
  for (const origin of [plain, secure]) {
    expect(await chromium.page.goTo(origin.url('/page'))).toBeUndefined()
    await chromium.page.until("document.title === 'here'")
  }
  // The browser has errands of its own: only our origins are looked at.
  await window.capture.filter.fill('path:/page')
  await expect.poll(() => window.flows.count(), soon).toBe(2)
  const [first, second] = [
    await window.flows.rows.nth(0).allInnerTexts(),
    await window.flows.rows.nth(1).allInnerTexts(),
  ]
  expect(first.join()).toContain(new URL(plain.base).host)
  expect(second.join()).toContain(new URL(secure.base).host)
  await window.flows.rows.nth(1).click()
  await window.inspector.says('https://localhost').waitFor()
  await window.inspector.says('TLSv1.3').waitFor()
})

// A client that pins its certificate looks at ours when the handshake is over, and leaves without a word. The window
// said that this was its choice, and offered nothing.
test('a client that pins its certificate: one click passes its host through, another takes it back', async ({
  open,
  folder,
  certificates,
}) => {
  await using origin = await Origin.start((_, response) => response.end('pinned'), certificates.pem)
  await using host = await startHost()
  await using window = await open(host)
  const { page, flows, inspector } = window
  const pin = join(folder, 'pinned-key.pem')
  const { publicKey } = new X509Certificate(certificates.pem.cert)
  writeFileSync(pin, publicKey.export({ type: 'spki', format: 'pem' }))
  const pinned = (): Promise<string> =>
    curl(host, ['--pinnedpubkey', pin, '--insecure', origin.url('/')]).then(({ code, text }) => `${code}: ${text}`)
  const at = new URL(origin.base).host

  expect(await pinned()).toBe('90: ')
  await flows.row(at).click()
  await inspector.says('it may not trust the Spillway CA').waitFor()
  const offer = inspector.region.getByRole('button', { name: `Pass ${at} through` })
  await offer.focus()
  await page.keyboard.press('Enter')
  await inspector.says(`New connections to ${at} pass through untouched.`).waitFor()
  expect(await pinned()).toBe('0: pinned')

  // The keyboard is where it was, on the way back.
  await see(inspector.region.getByRole('button', { name: 'Undo' })).toBeFocused()
  await page.keyboard.press('Enter')
  await offer.waitFor()
  await see(offer).toBeFocused()
  expect(await pinned()).toBe('90: ')

  await flows.rows.first().click({ button: 'right' })
  await flows.menuItem(`Pass ${at} through untouched`).click()
  await page.getByText(`New connections to ${at} pass through untouched.`).first().waitFor()
  expect(await pinned()).toBe('0: pinned')
  await page.getByRole('log').getByRole('button', { name: 'Undo' }).click()
  await page.getByText(`New connections to ${at} are intercepted again.`).waitFor()
  expect(await pinned()).toBe('90: ')
})

test('stop refuses clients and keeps the flows; start takes them again; clear empties the list', async ({ open }) => {
  await using origin = await site()
  await using host = await startHost()
  await using window = await open(host)
  const { capture, flows } = window
  expect(await reach(host, origin.url('/users'))).toBe(0)
  await flows.row('/users').waitFor()

  await capture.stop.click()
  await expect.poll(() => capture.status.textContent(), soon).toBe('Stopped')
  expect(await reach(host, origin.url('/users'))).toBe(refused)
  expect(await flows.paths()).toEqual(['/users'])
  // A list full of flows did not say that nothing comes any more.
  const note = window.page.getByRole('complementary', { name: 'What holds for these flows' })
  await see(note).toContainText('Capture is stopped: clients are refused.')

  await note.getByRole('button', { name: 'Start capture' }).click()
  await see(note).toHaveCount(0)
  await capture.stop.waitFor()
  const again = { url: `http://${await capture.proxy()}`, ca: host.ca }
  expect((await curl(again, [origin.url('/made')])).code).toBe(0)
  await expect.poll(() => flows.paths(), soon).toEqual(['/users', '/made'])

  await flows.ended()
  await capture.clear.click()
  await expect.poll(() => flows.count(), soon).toBe(0)
  await window.page.getByRole('heading', { name: 'Waiting for requests' }).waitFor()
  expect((await curl(again, [origin.url('/nothing')])).code).toBe(0)
  await expect.poll(() => flows.paths(), soon).toEqual(['/nothing'])
})
