/** Messages as windows get them, of a real engine between a client and a server of the package ws. */
import { once } from 'node:events'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openWsPair } from '../../../main/testing/ws-pair.ts'
import type { MessageRow } from '../../contract/messages.ts'
import { TestHost, type MemoryWindow } from '../testing/memory-window.ts'
import { find, idOf, page, soon, talk } from '../testing/messages.ts'

async function payload(window: MemoryWindow, id: number, number: number): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for (let offset = 0; ;) {
    const { bytes, total } = await window.call('flows.message', { id, number, offset, length: 100_000 })
    pieces.push(bytes)
    offset += bytes.length
    if (offset >= total) return Buffer.concat(pieces)
  }
}

const ways = [
  ['as they are', false],
  ['compressed, with context takeover', true],
  ['compressed, each by itself', { serverNoContextTakeover: true, clientNoContextTakeover: true }],
] as const

describe.each(ways)('messages sent %s', (_, deflate) => {
  test('are told while the WebSocket runs, and afterwards the same', async () => {
    await using bench = await TestHost.open()
    const port = await bench.port()
    const window = bench.window()
    const pair = await openWsPair(port, '/socket', deflate)
    const id = await idOf(window)
    expect(await page(window, id)).toEqual({ total: 0, rows: [] })
    const text = 'grün 🌊 '.repeat(5000)
    const noise = Buffer.from(Array.from({ length: 70_000 }, (_, at) => (at * at * 31) >> 3))
    await talk(pair, 'client', 'hello')
    await talk(pair, 'server', text)
    await talk(pair, 'client', noise)
    await talk(pair, 'client', Buffer.from('{"op":"hello"}'))
    const ping = once(pair.server, 'ping')
    pair.client.ping('42')
    await ping
    await expect.poll(async () => (await page(window, id)).total, soon).toBe(6)
    const rows = (await page(window, id)).rows
    const seen = rows.map(({ number, direction, opcode, preview, hex, recorded }) => ({
      ...{ number, direction, opcode, recorded, shown: preview ?? hex },
    }))
    expect(seen).toEqual([
      { number: 0, direction: 'sent', opcode: 'text', shown: 'hello', recorded: true },
      { number: 1, direction: 'received', opcode: 'text', shown: text.slice(0, 120), recorded: true },
      {
        number: 2,
        direction: 'sent',
        opcode: 'binary',
        shown: expect.stringMatching(/^00 03 0f .* …$/) as string,
        recorded: true,
      },
      { number: 3, direction: 'sent', opcode: 'binary', shown: '{"op":"hello"}', recorded: true },
      { number: 4, direction: 'sent', opcode: 'ping', shown: '42', recorded: true },
      { number: 5, direction: 'received', opcode: 'pong', shown: '42', recorded: true },
    ])
    expect(rows.map(({ compressed }) => compressed)).toEqual(
      [1, 1, 1, 1, 0, 0].map((is) => is === 1 && deflate !== false),
    )
    expect((await payload(window, id, 1)).toString()).toBe(text)
    expect(await payload(window, id, 2)).toEqual(noise)
    expect(await window.call('flows.get', { id })).toMatchObject({ messages: { sent: 3, received: 1, control: 2 } })

    await pair.close(4001, 'enough')
    await expect.poll(async () => (await window.call('flows.get', { id })).state, soon).toBe('done')
    const after = await page(window, id)
    expect(after.rows.slice(0, 6)).toEqual(rows)
    expect(after.rows.slice(6)).toMatchObject([
      { direction: 'sent', opcode: 'close', closeCode: 4001, preview: 'enough' },
      { direction: 'received', opcode: 'close', closeCode: 4001 },
    ])
    expect(await payload(window, id, 2)).toEqual(noise)
    expect(await window.call('flows.get', { id })).toMatchObject({ messages: { control: 4, recorded: 'complete' } })
    await pair[Symbol.asyncDispose]()
  })
})

test('any page of any filter is that part of all', { timeout: 60_000 }, async () => {
  await using bench = await TestHost.open()
  const port = await bench.port()
  const window = bench.window()
  await using pair = await openWsPair(port, '/socket', true)
  const id = await idOf(window)
  for (let n = 0; n < 9000; n++) {
    const from = n % 3 === 0 ? pair.server : pair.client
    if (n % 500 === 0) from.ping(String(n))
    else from.send(n % 7 === 0 ? Buffer.from([n]) : `message ${n}`)
    if (n % 1000 === 999) await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const pings = 18
  await expect.poll(async () => (await page(window, id, {}, 0, 1)).total, soon).toBe(9000 + pings)
  const all: MessageRow[] = []
  while (all.length < 9000 + pings) all.push(...(await page(window, id, {}, all.length)).rows)
  expect(all.map(({ number }) => number)).toEqual(all.map((_, index) => index))
  expect(all.filter(({ opcode, preview }) => opcode === 'text' && !/^message \d+$/.test(preview ?? ''))).toEqual([])
  const kindOf = ({ opcode }: MessageRow) => (opcode === 'text' || opcode === 'binary' ? opcode : 'control')
  await fc.assert(
    fc.asyncProperty(
      fc.option(fc.constantFrom('sent', 'received'), { nil: undefined }),
      fc.option(fc.constantFrom('text', 'binary', 'control'), { nil: undefined }),
      fc.nat(9500),
      fc.integer({ min: 1, max: 200 }),
      async (direction, kind, from, limit) => {
        const filter = { ...(direction && { direction }), ...(kind && { kind }) }
        const wanted = all.filter(
          (row) => (direction ?? row.direction) === row.direction && (kind ?? kindOf(row)) === kindOf(row),
        )
        expect(await page(window, id, filter, from, limit)).toEqual({
          total: wanted.length,
          rows: wanted.slice(from, from + limit),
        })
      },
    ),
    { numRuns: 60 },
  )
})

test('who waits is told of news within a moment, of the end, and of nothing at all after a second', async () => {
  await using bench = await TestHost.open()
  const port = await bench.port()
  const window = bench.window()
  await using pair = await openWsPair(port, '/socket')
  const id = await idOf(window)
  const began = performance.now()
  expect(await window.call('flows.messageCount', { id, known: 0 })).toEqual({ total: 0, running: true })
  expect(performance.now() - began).toBeGreaterThan(900)
  const told = window.call('flows.messageCount', { id, known: 0 })
  await talk(pair, 'client', 'news')
  expect(await told).toEqual({ total: 1, running: true })
  // Whoever has lost interest is let go at once.
  const { id: call, answer } = window.begin('flows.messageCount', { id, known: 1 })
  window.send({ cancel: call })
  await expect(answer).rejects.toMatchObject({ code: 'CANCELLED' })
  const end = window.call('flows.messageCount', { id, known: 1 })
  pair.client.terminate()
  expect(await end).toMatchObject({ running: false })
})

test('what was left is gone with its flow', async () => {
  await using bench = await TestHost.open()
  const port = await bench.port()
  const window = bench.window()
  await using pair = await openWsPair(port, '/socket')
  const id = await idOf(window)
  await talk(pair, 'client', 'hello')
  expect((await payload(window, id, 0)).toString()).toBe('hello')
  await pair.close()
  await expect.poll(async () => (await window.call('flows.get', { id })).state, soon).toBe('done')
  await window.call('flows.delete', { ids: [id] })
  await expect(page(window, id)).rejects.toMatchObject({ code: 'GONE' })
  await expect(payload(window, id, 0)).rejects.toMatchObject({ code: 'GONE' })
  await expect(window.call('flows.messageCount', { id, known: 0 })).rejects.toMatchObject({ code: 'GONE' })
})

describe.each(ways)('messages sent %s', (_, deflate) => {
  test('are found by what is in them, both ways, also behind what a row shows', async () => {
    await using bench = await TestHost.open()
    const port = await bench.port()
    const window = bench.window()
    const pair = await openWsPair(port, '/socket', deflate)
    const id = await idOf(window)
    await talk(pair, 'client', 'a fish')
    await talk(pair, 'server', `${'x'.repeat(200_000)} FISCHMARKT, Straße a.b`)
    await talk(pair, 'client', Buffer.from('\u0000\u0001fish\u00ff', 'latin1'))
    await talk(pair, 'server', 'nothing')
    expect(await find(window, id, 'fis')).toMatchObject({ places: [0, 1, 2], missed: 0 })
    expect(await find(window, id, 'fischmarkt, STRASSE')).toMatchObject({ places: [] })
    expect(await find(window, id, 'straße')).toMatchObject({ places: [1] })
    // Text is no pattern.
    expect((await find(window, id, 'a.b')).places).toEqual([1])
    expect((await find(window, id, 'a-b')).places).toEqual([])
    expect((await find(window, id, 'fis', { direction: 'sent' })).places).toEqual([0, 1])
    expect((await find(window, id, 'fis', { kind: 'binary' })).places).toEqual([0])
    expect((await find(window, id, 'nothing', { direction: 'received' })).places).toEqual([1])
    await pair.close(4000, 'tired of fish')
    await expect.poll(async () => (await window.call('flows.get', { id })).state, soon).toBe('done')
    expect((await find(window, id, 'tired')).places).toEqual([4, 5])
    await pair[Symbol.asyncDispose]()
  })
})

test('a search of very many is done in parts, each going on where the one before ended', async () => {
  await using bench = await TestHost.open()
  const port = await bench.port()
  const window = bench.window()
  await using pair = await openWsPair(port, '/socket', true)
  const id = await idOf(window)
  const count = 10_500
  for (let n = 0; n < count - 1; n++) pair.server.send(n % 1000 === 999 ? `needle ${n}` : `message ${n}`)
  pair.server.send('the last needle')
  await expect.poll(async () => (await page(window, id, {}, 0, 1)).total, soon).toBe(count)
  const { places, missed, questions } = await find(window, id, 'NEEDLE')
  expect(places).toEqual([...Array.from({ length: 10 }, (_, n) => n * 1000 + 999), count - 1])
  expect([missed, questions]).toEqual([0, 2])
})
