/**
 * A WebSocket with very many messages, and one with a very large one: memory stays flat, the window stays quick, and a
 * search goes on after a lost connection. Longer by SPILLWAY_LOAD_GB (e2e/README.md).
 */
import { once } from 'node:events'
import type { WebSocketRoute } from '@playwright/test'
import { expect } from 'vitest'
import { residentBytes } from '../../bench/measure/memory.ts'
import { connectTunnel } from '../../main/testing/raw-client.ts'
import { startOrigin } from '../../main/testing/scripted-origin.ts'
import { openWsPair } from '../../main/testing/ws-pair.ts'
import { report } from '../fixtures/report.ts'
import { see, soon, startHost, test } from '../fixtures/window.ts'

const MiB = 1024 * 1024
const total = 100_000

test(`${total} messages: any place of them is there at once, and found`, { timeout: 120_000 }, async ({ open }) => {
  await using host = await startHost()
  await using window = await open(host)
  const { page, flows, inspector } = window
  const { keyboard } = page
  const { messages, message } = inspector
  await using pair = await openWsPair(host.listeningPort, '/many')
  await flows.row('/many').click()
  const before = residentBytes(host.pid)
  for (let n = 1; n <= total; n++) {
    const isNeedle = n % 10_000 === 7
    pair.server.send(isNeedle ? `needle ${n}` : `message ${n}`)
    if (n % 1000 === 0) {
      const came = once(pair.server, 'message')
      pair.client.send(Buffer.from([n & 255]))
      await came
    }
  }
  const all = total + total / 1000
  await expect.poll(() => messages.getAttribute('aria-rowcount'), soon).toBe(String(all + 1))
  await see(messages.getByRole('row', { name: /message 100000$/ })).toBeVisible()
  const grown = residentBytes(host.pid) - before
  report(`memory for ${total} messages, MiB`, String(Math.round(grown / MiB)))
  expect(grown).toBeLessThan(150 * MiB)

  const took = async (name: string, press: () => Promise<unknown>, text: string): Promise<void> => {
    const began = performance.now()
    await press()
    await see(message).toContainText(text)
    report(`${name} of ${total} messages, ms`, String(Math.round(performance.now() - began)))
  }
  await messages.focus()
  await took('Home', () => keyboard.press('Home'), 'Message 1 ')
  await took('End', () => keyboard.press('End'), 'Message 100,100')
  await keyboard.press('Escape')
  await page.mouse.move(0, 0)
  await messages.hover()
  await page.mouse.wheel(0, -1_000_000)
  await see(messages.getByRole('row', { name: /message \d+$/ }).first()).toBeVisible()
  await inspector.region.getByRole('button', { name: 'Jump to the end' }).click()
  await see(messages.getByRole('row', { name: /message 100000$/ })).toBeVisible()
  await inspector.region.getByRole('button', { name: 'Sent', exact: true }).click()
  await see(inspector.region.getByRole('heading', { name: 'Messages' })).toHaveText('Messages 100 of 100,100')
  await inspector.region.getByRole('button', { name: 'All', exact: true }).first().click()
  const began = performance.now()
  await messages.focus()
  await keyboard.press('Control+f')
  await keyboard.type('needle')
  await see(inspector.region.getByRole('search').getByRole('status')).toHaveText(/^\d+ of 10$/)
  report(`a search through ${total} messages, ms`, String(Math.round(performance.now() - began)))
})

test(
  'a search goes on where it was after the connection to the host was lost',
  { timeout: 60_000 },
  async ({ open }) => {
    await using host = await startHost()
    await using window = await open(host)
    const { page, flows, inspector } = window
    const routes: WebSocketRoute[] = []
    const asked: number[] = []
    await page.routeWebSocket(/./, (socket) => {
      routes.push(socket)
      const server = socket.connectToServer()
      socket.onMessage((message) => {
        const { call, input } = JSON.parse(String(message)) as { call?: string; input?: { from: number } }
        if (call === 'flows.findMessages' && input) asked.push(input.from)
        // The connection breaks with the third part of the search under way.
        if (call === 'flows.findMessages' && asked.length === 3) void socket.close()
        else server.send(message)
      })
    })
    await page.reload()
    await window.ready()
    await using pair = await openWsPair(host.listeningPort, '/lost')
    await flows.row('/lost').click()
    for (let n = 0; n < 45_000; n++) pair.server.send(n % 10_000 === 5 ? 'needle' : `message ${n}`)
    await expect.poll(() => inspector.messages.getAttribute('aria-rowcount'), soon).toBe('45001')
    await inspector.messages.focus()
    await page.keyboard.press('Control+f')
    // At once: each pause in typing would begin a search.
    await inspector.region.getByRole('textbox', { name: 'Find in all messages' }).fill('needle')
    await see(inspector.region.getByRole('search').getByRole('status')).toHaveText(/^\d of 5$/, { timeout: 20_000 })
    expect(routes).toHaveLength(2)
    expect(asked.slice(0, 6)).toEqual([0, 10_000, 20_000, 20_000, 30_000, 40_000])
    // Only whether there is more: the list may have had news.
    expect(asked.slice(6).filter((from) => from !== 45_000)).toEqual([])
  },
)

const bytes = Number(process.env['SPILLWAY_LOAD_GB'] ?? 0.25) * 1e9

test(
  `a message of ${bytes / 1e9} GB passes with flat memory, and is found in`,
  { timeout: 240_000 },
  async ({ open }) => {
    await using host = await startHost()
    await using window = await open(host)
    const { page, flows, inspector } = window
    await using origin = await startOrigin()
    await using client = await connectTunnel(host.listeningPort, origin.authority)
    const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\n'
    void client.write(`GET /large HTTP/1.1\r\nHost: ${origin.authority}\r\n${upgrade}Sec-WebSocket-Key: x\r\n\r\n`)
    const { connection } = await origin.request()
    void connection.write(`HTTP/1.1 101 Switching Protocols\r\n${upgrade}\r\n`)
    await client.readUntil('\r\n\r\n')
    // What comes is counted and not kept.
    let came = 0
    client.socket.removeAllListeners('data').on('data', (read: Buffer) => (came += read.length))
    await flows.row('/large').click()
    const piece = Buffer.alloc(MiB, 'x')
    const pieces = Math.ceil(bytes / MiB)
    const needle = Buffer.from('the needle')
    // RFC 6455 §5.2: one frame of text.
    const header = Buffer.from([0x81, 127, 0, 0, 0, 0, 0, 0, 0, 0])
    header.writeBigUInt64BE(BigInt(pieces * MiB + needle.length), 2)
    void connection.write(header)
    const before = residentBytes(host.pid)
    let peak = before
    for (let n = 0; n < pieces; n++) {
      await connection.write(piece)
      if (n % 16 === 0) peak = Math.max(peak, residentBytes(host.pid))
    }
    void connection.write(needle)
    await expect.poll(() => came, { timeout: 60_000 }).toBe(header.length + pieces * MiB + needle.length)
    const row = inspector.messages.getByRole('row', { name: /xxxx/ })
    await see(row).toBeVisible({ timeout: 60_000 })
    report(`memory beside a message of ${bytes / 1e9} GB, MiB`, String(Math.round((peak - before) / MiB)))
    expect(peak - before).toBeLessThan(200 * MiB)
    await see(row).not.toContainText('not recorded')
    await inspector.messages.focus()
    await page.keyboard.press('Control+f')
    await page.keyboard.type('the needle')
    await see(inspector.region.getByRole('search').getByRole('status')).toHaveText('1 of 1', { timeout: 120_000 })
    await see(inspector.message).toContainText('Only the first 32')
    client.destroy()
    connection.destroy()
  },
)
