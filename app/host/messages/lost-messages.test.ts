/** What the disk's budget has not kept of a WebSocket, as windows are told of it; what is kept is all there. */
import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { openWsPair } from '../../../main/testing/ws-pair.ts'
import type { Listed } from '../../contract/messages.ts'
import { TestHost } from '../testing/memory-window.ts'
import { find, idOf, page, soon, talk } from '../testing/messages.ts'

const MiB = 1024 * 1024

const kinds = [
  ['as they are', false],
  ['compressed, each by itself', { serverNoContextTakeover: true, clientNoContextTakeover: true }],
] as const

test.each(kinds)(
  'messages sent %s: the first and the newest are kept, and each tells whether it is',
  async (_, deflate) => {
    await using bench = await TestHost.open({ bodyDisk: MiB })
    const port = await bench.port()
    const window = bench.window()
    const pair = await openWsPair(port, '/socket', deflate)
    const id = await idOf(window)
    await talk(pair, 'client', 'the very first')
    for (let n = 0; n < 60; n++) await talk(pair, 'client', randomBytes(100_000))
    await talk(pair, 'client', 'the very last')
    const look = async () => {
      const { total, rows } = await page(window, id)
      expect(total).toBeGreaterThanOrEqual(62)
      expect(rows[0]).toMatchObject({ preview: 'the very first', recorded: true })
      expect(rows[61]).toMatchObject({ preview: 'the very last', recorded: true })
      const lost = rows.filter(({ recorded }) => !recorded)
      expect(lost.length).toBeGreaterThan(40)
      // One part of it is missing, and the beginnings of those that it cuts are there.
      expect(lost.at(-1)!.number - lost[0]!.number).toBe(lost.length - 1)
      const ask = (number: number) => window.call('flows.message', { id, number, offset: 0, length: 10 })
      const inside = deflate === false ? 'GONE' : 'NOT_DECODABLE'
      for (const { number } of lost.slice(1)) await expect(ask(number)).rejects.toMatchObject({ code: inside })
      expect((await ask(lost.at(-1)!.number + 1)).total).toBe(100_000)
      const { places, missed } = await find(window, id, 'the very')
      expect([places, missed]).toEqual([[0, 61], lost.length])
      const { notes } = await window.call('flows.get', { id })
      expect(notes).toEqual([
        expect.stringMatching(
          /^\d+ bytes of what was sent are not recorded \(\d+ to \d+\): .*bodies on disk exceeded 1m/,
        ),
      ])
    }
    await look()
    await pair.close()
    await expect.poll(async () => (await window.call('flows.get', { id })).state, soon).toBe('done')
    await look()
    expect(await window.call('flows.get', { id })).toMatchObject({ request: { recorded: 'partial' } })
    await pair[Symbol.asyncDispose]()
  },
)

test('what refers to a message that is not kept is said to be lost, and no other', async () => {
  await using bench = await TestHost.open({ bodyDisk: MiB })
  const port = await bench.port()
  const window = bench.window()
  await using pair = await openWsPair(port, '/socket', true)
  const id = await idOf(window)
  await talk(pair, 'server', 'first')
  for (let n = 0; n < 60; n++) await talk(pair, 'server', randomBytes(100_000))
  await talk(pair, 'server', 'after it')
  await talk(pair, 'client', 'the other way')
  await expect.poll(async () => (await page(window, id)).rows.length, soon).toBe(63)
  const { rows } = await page(window, id)
  expect(rows[0]).toMatchObject({ preview: 'first', recorded: true })
  expect(rows[61]).toMatchObject({ notInflated: 'lost', recorded: true })
  expect(rows[62]).toMatchObject({ preview: 'the other way', recorded: true })
  await expect(window.call('flows.message', { id, number: 61, offset: 0, length: 1 })).rejects.toMatchObject({
    code: 'NOT_DECODABLE',
  })
  expect(await find(window, id, 'the other')).toMatchObject({ places: [62] })
})

test(
  'a list that is itself too long for the budget keeps its places, and says which are lost',
  { timeout: 60_000 },
  async () => {
    await using bench = await TestHost.open({ bodyDisk: MiB })
    const port = await bench.port()
    const window = bench.window()
    const pair = await openWsPair(port, '/socket')
    const id = await idOf(window)
    const count = 60_000
    const ask = (from: number, filter = {}, since?: Listed) =>
      window.call('flows.messages', { id, filter, from, limit: 200, ...(since && { since }) })
    const sent = { direction: 'sent' } as const
    let first: Listed | undefined
    for (let n = 0; n < count; n++) {
      pair.client.send(n === count - 1 || n === 7 ? 'a needle' : `${n}`)
      if (n % 5000 === 4999) await expect.poll(() => pair.client.bufferedAmount, soon).toBe(0)
      if (n !== 9999) continue
      await expect.poll(async () => (await ask(0)).total, soon).toBe(n + 1)
      first = (await ask(0, sent)).listed
      expect(first).toEqual({ all: n + 1, lost: 0 })
    }
    await expect.poll(async () => (await ask(0)).total, soon).toBe(count)
    const look = async () => {
      const { rows } = await ask(0)
      expect(rows.slice(6, 8)).toMatchObject([{ preview: '6' }, { preview: 'a needle' }])
      expect((await ask(count - 2)).rows).toMatchObject([{ preview: String(count - 2) }, { preview: 'a needle' }])
      let lost = 0
      for (let from = 0; from < count; from += 200) {
        const page = (await ask(from)).rows
        expect(page.map(({ number }) => number)).toEqual(Array.from({ length: 200 }, (_, index) => from + index))
        lost += page.filter((row) => 'lost' in row).length
      }
      expect(lost).toBeGreaterThan(4000)
      // Of those nobody knows whether a filter would let them through.
      const filtered = await ask(0, sent, first)
      expect(filtered).toMatchObject({ total: count - lost, listed: { lost }, moved: true })
      expect((await ask(0, sent, filtered.listed)).moved).toBe(false)
      expect((await ask(0, {}, first)).moved).toBe(false)
      const question = { id, filter: sent, text: 'x', from: 0, place: 0, since: first }
      expect(await window.call('flows.findMessages', question)).toMatchObject({ listed: { lost }, moved: true })
      const { places, missed } = await find(window, id, 'needle')
      expect(places).toEqual([7, count - 1])
      expect(missed).toBeGreaterThanOrEqual(lost)
      expect((await find(window, id, 'needle', { direction: 'sent' })).places).toEqual([7, count - lost - 1])
      const { notes } = await window.call('flows.get', { id })
      expect(notes.filter((note) => note.startsWith(`${lost} messages are not listed (`))).toHaveLength(1)
    }
    await look()
    const ended = expect.poll(async () => (await window.call('flows.get', { id })).state, soon).toBe('done')
    pair.client.terminate()
    await ended
    await look()
    await pair[Symbol.asyncDispose]()
  },
)
