/** A browser behind the proxy: a page with all that belongs to one, and what is said when it does not trust us. */
import { deflateSync, crc32 } from 'node:zlib'
import type { RequestListener } from 'node:http'
import { expect } from 'vitest'
import { Origin } from '../../app/headless/testing/origin.ts'
import { startChromium } from '../fixtures/chromium.ts'
import { startSpillway } from '../fixtures/spillway.ts'
import { test } from '../fixtures/test.ts'

const events = 5

/** Every event is acknowledged before the origin sends the next: a proxy that holds events would stop the page. */
const script = `
const stream = await fetch('/events')
const reader = stream.body.pipeThrough(new TextDecoderStream()).getReader()
const seen = []
for (let read; !(read = await reader.read()).done; ) {
  seen.push(read.value.trim())
  await fetch('/seen?' + seen.length, { method: 'POST', body: 'x'.repeat(1000) })
}
await new Promise((resolve) => {
  const source = new EventSource('/once')
  source.onmessage = ({ data }) => (source.close(), seen.push(data), resolve())
})
document.querySelector('#events').textContent = seen.join(' ')
document.title = 'all is there'
`
const html = `<!doctype html><title>loading</title><link rel="stylesheet" href="/style.css"><link rel="icon" href="data:,">
<p id="events">none</p><img src="/dot.png">
<script type="module" src="/script.js"></script>`

/** An image of 3 by 2 pixels, one bit each. */
function png(): Buffer {
  const part = (type: string, data: Buffer): Buffer => {
    const [typed, length, sum] = [Buffer.concat([Buffer.from(type), data]), Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(data.length)
    sum.writeUInt32BE(crc32(typed))
    return Buffer.concat([length, typed, sum])
  }
  const header = Buffer.from([0, 0, 0, 3, 0, 0, 0, 2, 1, 0, 0, 0, 0])
  const pixels = deflateSync(Buffer.alloc(4))
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  return Buffer.concat([signature, part('IHDR', header), part('IDAT', pixels), part('IEND', Buffer.alloc(0))])
}

const documents: Record<string, [type: string, body: string | Buffer]> = {
  '/': ['text/html', html],
  '/style.css': ['text/css', 'p { color: rgb(1, 2, 3) }'],
  '/script.js': ['text/javascript', script],
  '/dot.png': ['image/png', png()],
}

/** An origin for one page. */
function site(): RequestListener {
  let acknowledged: () => unknown = () => undefined
  return (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    const [type, body] = documents[path] ?? []
    if (type !== undefined) response.setHeader('Content-Type', type).end(body)
    else if (path === '/events') {
      response.setHeader('Content-Type', 'text/event-stream')
      let sent = 0
      acknowledged = () => (sent === events ? response.end() : response.write(`data: ${++sent}\n\n`))
      acknowledged()
    } else if (path === '/seen') {
      request.resume().on('end', () => {
        response.end()
        acknowledged()
      })
    } else if (path === '/once') {
      response.setHeader('Content-Type', 'text/event-stream')
      // Stays open: the page closes it.
      response.write('data: last\n\n')
    } else response.writeHead(404).end()
  }
}

test('Chromium, which trusts our CA, loads a page with all its parts', async ({ folder, certificates }) => {
  await using origin = await Origin.start(site(), certificates.pem)
  await using spillway = await startSpillway(['--origin-ca', certificates.ca])
  await using chromium = await startChromium(folder, spillway.url, [spillway.ca])
  const { page } = chromium
  expect(await page.goTo(origin.url('/'))).toBeUndefined()
  await page.until("document.title === 'all is there' && document.images[0].complete")
  const read = `({
    title: document.title,
    events: document.querySelector('#events').textContent,
    colour: getComputedStyle(document.querySelector('p')).color,
    image: document.images[0].naturalWidth,
    secure: isSecureContext,
  })`
  expect(await page.evaluate(read)).toEqual({
    title: 'all is there',
    events: 'data: 1 data: 2 data: 3 data: 4 data: 5 last',
    colour: 'rgb(1, 2, 3)',
    image: 3,
    secure: true,
  })
  for (const path of ['/', '/style.css', '/script.js', '/dot.png']) {
    const flow = await spillway.flow(({ url }) => url === origin.url(path))
    expect(flow).toMatchObject({ status: 200, delivery: 'buffered', error: null, response: { recorded: 'complete' } })
  }
  const stream = await spillway.flowOf('/events')
  expect(stream).toMatchObject({ delivery: 'streamed', reason: 'live type text/event-stream', error: null })
  expect(stream.response).toMatchObject({ chunks: events, recorded: 'complete' })
  const acknowledgements = spillway.flows.filter(({ url }) => url.includes('/seen?'))
  expect(acknowledgements.map(({ request }) => request.bytes)).toEqual(new Array(events).fill(1000))
  expect((await spillway.flowOf('/once')).error).toMatchObject({ code: 'CLIENT_CLOSED', side: 'client' })
  // The browser has errands of its own, which need not succeed.
  const failed = spillway.flows.filter(({ url, error }) => url.startsWith(origin.base) && error !== null)
  expect(failed.map(({ url }) => url)).toEqual([origin.url('/once')])
})

test('Chromium without our CA shows its warning, and the flow says why', async ({ folder, certificates }) => {
  await using origin = await Origin.start(site(), certificates.pem)
  await using spillway = await startSpillway(['--origin-ca', certificates.ca])
  await using chromium = await startChromium(folder, spillway.url, [])
  expect(await chromium.page.goTo(origin.url('/'))).toBe('net::ERR_CERT_AUTHORITY_INVALID')
  const flow = await spillway.flow(({ url }) => url === new URL(origin.base).host)
  expect(flow).toMatchObject({ method: 'CONNECT', status: null, response: null })
  expect(flow.error).toEqual({
    code: 'CLIENT_UNTRUSTING',
    side: 'client',
    phase: 'client-tls',
    message: 'localhost: the client does not trust the Spillway CA (not installed, or the app pins its certificates)',
  })
})
