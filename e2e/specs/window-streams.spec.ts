/** A response that flows: the client has each event at once, and the window shows it alive. */
import { expect } from 'vitest'
import { chunk } from '../../main/testing/bytes.ts'
import { connectClient } from '../../main/testing/raw-client.ts'
import { startOrigin } from '../../main/testing/scripted-origin.ts'
import { startChromium } from '../fixtures/chromium.ts'
import { Origin } from '../../app/headless/testing/origin.ts'
import { soon, startHost, test } from '../fixtures/anywhere.ts'

const sse = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n'

test('each event is at the client before the next is sent, and the row grows in place', async ({ open }) => {
  await using host = await startHost()
  await using origin = await startOrigin()
  await using window = await open(host)
  const { flows, capture } = window
  const client = await connectClient(host.listeningPort)
  void client.write(`GET http://${origin.authority}/events HTTP/1.1\r\nHost: ${origin.authority}\r\n\r\n`)
  const { connection } = await origin.request()
  await expect.poll(() => flows.cellsNow('/events'), soon).toMatchObject({ State: 'Waiting for a response', Size: '' })

  void connection.write(sse)
  await client.readUntil('\r\n\r\n')
  await expect.poll(() => flows.cellsNow('/events'), soon).toMatchObject({ State: 'Streaming', Status: '200' })
  const { 'Delivery and why': why } = await flows.cells('/events')
  expect(why).toBe('streamedlive type text/event-stream')
  // The same element all along: nothing is drawn anew or jumps.
  const row = await flows.row('/events').elementHandle()
  const place = await row.boundingBox()
  let bytes = 0
  for (let n = 1; n <= 5; n++) {
    const event = `data: ${String(n).repeat(100)}\n\n`
    void connection.write(chunk(event))
    expect(await client.readText(chunk(event).length)).toBe(chunk(event).toString())
    bytes += event.length
    await expect.poll(() => flows.cellsNow('/events'), soon).toMatchObject({ State: 'Streaming', Size: `${bytes} B` })
    expect(await row.isVisible()).toBe(true)
    expect(await row.boundingBox()).toEqual(place)
  }
  await expect.poll(() => capture.footer.textContent(), soon).toContain('1 streaming')

  // Its last bytes, as they pass; what passes from now on is seen without recording.
  await flows.row('/events').click()
  await window.inspector.tab('Response')
  await window.inspector.says(/^Streaming: \d+ B so far/).waitFor()
  void connection.write(chunk('data: seen by who looks\n\n'))
  await window.inspector.says('data: seen by who looks').waitFor()

  client.destroy()
  await connection.closed
  await expect.poll(() => flows.cellsNow('/events'), soon).toMatchObject({ State: 'The client went away' })
  await window.inspector.says('The client left before the end. That is its choice, not a failure.').waitFor()
  const { 'Delivery and why': after } = await flows.cells('/events')
  expect(after).not.toContain('failed')
  expect(await capture.footer.textContent()).not.toContain('streaming')
})

/** The page asks for the next event by acknowledging the one before: a proxy that holds events would stop it. */
const page = `<!doctype html><link rel="icon" href="data:,"><script>
let seen = 0
const source = new EventSource('/events')
source.onmessage = () => fetch('/seen?' + ++seen)
addEventListener('close-it', () => source.close())
</script>`

test("a page's event stream passes at once, is alive in the list, and neutral when the page leaves", async ({
  open,
  folder,
}) => {
  let send: () => unknown = () => undefined
  const acknowledged: number[] = []
  await using origin = await Origin.start((request, response) => {
    const [path, query = ''] = (request.url ?? '').split('?')
    if (path === '/events') {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' })
      send = () => response.write(`data: event ${acknowledged.length + 1}\n\n`)
      send()
    } else if (path === '/seen') {
      acknowledged.push(Number(query))
      response.end()
      if (acknowledged.length < 5) send()
    } else response.setHeader('Content-Type', 'text/html').end(page)
  })
  await using host = await startHost()
  await using window = await open(host)
  await using chromium = await startChromium(folder, host.url, [])
  await chromium.page.goTo(origin.url('/'))
  await expect.poll(() => acknowledged, soon).toEqual([1, 2, 3, 4, 5])
  const size = 5 * 'data: event 1\n\n'.length
  await expect
    .poll(() => window.flows.cellsNow('/events'), soon)
    .toMatchObject({ State: 'Streaming', Type: 'event-stream', Size: `${size} B` })
  await chromium.page.evaluate("dispatchEvent(new Event('close-it'))")
  await expect.poll(() => window.flows.cellsNow('/events'), soon).toMatchObject({ State: 'The client went away' })
})

test('a body that is cut off by the origin is a failure, with its reason', async ({ open }) => {
  await using host = await startHost()
  await using origin = await startOrigin()
  await using window = await open(host)
  const client = await connectClient(host.listeningPort)
  void client.write(`GET http://${origin.authority}/cut HTTP/1.1\r\nHost: ${origin.authority}\r\n\r\n`)
  const { connection } = await origin.request()
  void connection.write(sse + chunk('data: 1\n\n').toString('latin1'))
  await client.readUntil('data: 1\n\n')
  connection.reset()
  await expect.poll(() => window.flows.cellsNow('/cut'), soon).toMatchObject({ State: 'Failed' })
  const { 'Delivery and why': why } = await window.flows.cells('/cut')
  expect(why).toMatch(/^failed.+origin/)
})
