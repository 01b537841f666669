/** Captured bytes are hostile: whatever they are, nothing runs, nothing is fetched, and the page goes on answering. */
import { expect } from 'vitest'
import { connectClient } from '../../main/testing/raw-client.ts'
import { startOrigin } from '../../main/testing/scripted-origin.ts'
import { see, soon, startHost, test, type WindowHost } from '../fixtures/anywhere.ts'
import { inspectorTabs } from '../pages/inspector.ts'
import type { SpillwayWindow } from '../pages/spillway-window.ts'

const escape = '\x1b[2J\x1b]0;owned\x07\x1b[31m'
// Latin-1 of the UTF-8 of U+202E, U+2066 and U+200F: they turn what follows around.
const bidi = '\xe2\x80\xae\xe2\x81\xa6\xe2\x80\x8f'
const invalid = '\xff\xfe\xc0\x80\xed\xa0\x80\xf5'
const markup = [
  '<script>globalThis.owned = 1; alert(1)</script>',
  '<img src=x onerror="globalThis.owned = 2; alert(2)">',
  '<iframe srcdoc="<script>parent.owned = 3</script>"></iframe>',
  '<svg onload="globalThis.owned = 4"></svg><a href="javascript:globalThis.owned = 5">here</a>',
  '</pre></textarea></title><base href="//attacker.example/"><meta http-equiv="refresh" content="0;url=//attacker.example/">',
].join('\n')
const everything = markup + escape + bidi + invalid

type Hostile = { path: string; type: string; body: string; fields?: string }

const responses: Hostile[] = [
  { path: '/page.html', type: 'text/html', body: everything },
  {
    path: '/picture.svg',
    type: 'image/svg+xml',
    body: `<svg xmlns="http://www.w3.org/2000/svg" onload="owned=6"><script>top.owned=7</script></svg>`,
  },
  { path: '/data.json', type: 'application/json', body: JSON.stringify({ [markup]: markup, __proto__: { owned: 8 } }) },
  { path: '/broken.json', type: 'application/json', body: `{"a": ${'['.repeat(50_000)}` },
  { path: '/form', type: 'application/x-www-form-urlencoded', body: `a=${encodeURIComponent(markup)}&%ff=%` },
  { path: '/bytes', type: 'text/plain; charset=utf-8', body: invalid.repeat(5000) },
  { path: '/charset', type: `text/html; charset="${markup.slice(0, 20)}"`, body: everything },
  { path: '/line', type: 'text/plain', body: 'x'.repeat(3_000_000) },
  {
    path: '/fields',
    type: 'text/plain',
    body: 'ok',
    fields: `X-Markup: ${markup.replaceAll('\n', ' ')}\r\nX-Bidi: ${bidi}\r\nX-Bytes: ${invalid}\r\n`,
  },
  { path: '/long-field', type: 'text/plain', body: 'ok', fields: `X-Long: ${'<b>'.repeat(87_000)}\r\n` },
]

/** One response after the other, byte for byte. */
async function receiveAll(host: WindowHost): Promise<void> {
  await using origin = await startOrigin()
  for (const { path, type, body, fields = '' } of responses) {
    await using client = await connectClient(host.listeningPort)
    void client.write(
      `GET http://${origin.authority}${path}?<script>owned=9</script>${bidi} HTTP/1.1\r\nHost: ${origin.authority}\r\n\r\n`,
    )
    const { connection } = await origin.request()
    const head = `HTTP/1.1 200 ${markup.slice(0, 30)}\r\nContent-Type: ${type}\r\n${fields}Content-Length: ${body.length}\r\n\r\n`
    void connection.write(head + body)
    await client.readUntil('\r\n\r\n')
    await client.readUntil(body.length)
    connection.destroy()
  }
}

/** How long the page takes for a frame, in ms. */
const frameMs = (window: SpillwayWindow): Promise<number> =>
  window.page.evaluate(
    `new Promise((done) => { const from = performance.now(); requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - from))) })`,
  )

test('nothing runs, nothing is fetched, in every tab and view', { timeout: 60_000 }, async ({ open }) => {
  await using host = await startHost()
  await using window = await open(host)
  const { flows, inspector, page } = window
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await receiveAll(host)
  await expect.poll(() => flows.count(), soon).toBe(responses.length)
  for (const index of responses.keys()) {
    await flows.rows.nth(index).click()
    for (const tab of inspectorTabs) {
      await inspector.tab(tab)
      await see(inspector.region.getByText('Loading …')).toHaveCount(0)
    }
    const views = await inspector.region.getByRole('group', { name: 'Show the body as' }).getByRole('button').all()
    const show = async (view: number): Promise<number> => {
      await views.at(view)?.click()
      await see(inspector.region.getByText('Loading …')).toHaveCount(0)
      return frameMs(window)
    }
    for (const view of views.keys()) {
      // Not how fast it is (load-window.spec.ts says that), but that it is not frozen. A machine that had something else to
      // do for a moment has not when the same is shown again.
      if ((await show(view)) < 1000) continue
      await show(view - 1)
      expect(await show(view)).toBeLessThan(1000)
    }
  }
  expect(await page.evaluate('[globalThis.owned, ({}).owned, document.title, location.pathname]')).toEqual([
    undefined,
    undefined,
    'Spillway',
    '/',
  ])
  // Bodies are shown from blobs and data at most; everything else is the window's own.
  const own = new URL('/', page.url()).href
  expect(asked.filter((url) => !url.startsWith(own) && !/^(blob|data):/.test(url))).toEqual([])
})

test('what turns text around or cannot be seen is written in letters', async ({ open }) => {
  await using host = await startHost()
  await using window = await open(host)
  const { flows, inspector } = window
  await receiveAll(host)
  await expect.poll(() => flows.count(), soon).toBe(responses.length)
  const text = await flows.grid.innerText()
  expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200f\x1b]/)
  await flows.rows.nth(responses.findIndex(({ path }) => path === '/fields')).click()
  await inspector.tab('Response')
  await see(inspector.region).toContainText('X-Bidi')
  expect(await inspector.region.innerText()).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200f\x1b]/)
})
