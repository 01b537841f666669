/** The contract, held against any wire that carries it: every binding runs this same suite over a real host. */
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { calls, pageBytes, type CallName } from '../../app/contract/contract.ts'
import type { FlowRow } from '../../app/contract/flow-row.ts'
import { openWsPair } from '../../main/testing/ws-pair.ts'
import { badCalls, everyCall, noCalls, type Made } from './every-call.ts'
import { ListModel } from './list-model.ts'
import { modifierTests } from './modifiers.ts'
import { fetchThrough, large, startTraffic, type Traffic } from './traffic.ts'
import { SuiteWindow, type Bound } from './wire.ts'

/** Calls about one flow. */
const gone = ['flows.get', 'flows.body', 'flows.messages', 'flows.messageCount', 'flows.message'] as const

/** For a machine that is busy. */
const soon = { timeout: 10_000 }

/** `bind` opens a host that listens at a free port of 127.0.0.1, and need not be capturing yet. */
export function contractSuite(name: string, bind: () => Promise<Bound>): void {
  describe(`the contract over ${name}`, () => {
    let bound: Bound
    let traffic: Traffic
    let port: number

    const open = async (): Promise<SuiteWindow> => new SuiteWindow(await bound.connect())

    /** Makes a flow and waits for its row, which is given. */
    async function flowOf(window: SuiteWindow, path: string, state = 'done'): Promise<FlowRow> {
      const url = traffic.url(path)
      if (state === 'done') await fetchThrough(port, url)
      else void fetchThrough(port, url)
      const rowOf = () =>
        window
          .told('flows')
          .flatMap(({ rows }) => rows)
          .find((row) => row.url === url && row.state === state)
      await window.until(() => rowOf() !== undefined, `a row ${url} that is ${state}`)
      return rowOf() as FlowRow
    }

    /** A WebSocket over which a message went each way. */
    async function socketOf(window: SuiteWindow): Promise<number> {
      await using pair = await openWsPair(port, '/socket', true)
      const [asked, answered] = [once(pair.server, 'message'), once(pair.client, 'message')]
      pair.client.send('a question')
      await asked
      pair.server.send('an answer')
      await answered
      await pair.close()
      const find = () => window.told('flows').flatMap(({ rows }) => rows.filter(({ path }) => path === '/socket'))
      await window.until(() => find().some(({ end }) => end !== undefined), 'the row of a WebSocket that has ended')
      return find()[0]!.id
    }

    async function start(window: SuiteWindow): Promise<void> {
      const { status, address, problem } = await window.call('capture.start', undefined)
      if (!address) throw new Error(`capture is ${status}: ${problem ?? ''}`)
      port = address.port
    }

    beforeAll(async () => {
      traffic = await startTraffic()
      bound = await bind()
      await using window = await open()
      await start(window)
    })

    afterAll(async () => {
      await bound[Symbol.asyncDispose]()
      await traffic[Symbol.asyncDispose]()
    })

    test('every call answers a value that fits its schema', async () => {
      await using window = await open()
      const { id: flow } = await flowOf(window, '/every')
      const made: Made = { flow, socket: await socketOf(window), modifier: '', run: '' }
      for (const [call, input] of Object.entries(everyCall) as [CallName, (made: Made) => unknown][]) {
        const answer = await window.answer(window.begin(call, input(made)))
        const { id, run } = (answer.ok ? (answer.value ?? {}) : {}) as { id?: unknown; run?: unknown }
        if (call.startsWith('modifiers.') && typeof id === 'string') made.modifier = id
        if (typeof run === 'string') made.run = run
        if (answer.ok) expect(v.safeParse(calls[call].output, answer.value).issues, call).toBeUndefined()
        // A browser saves files itself.
        else expect([call, answer.error.code]).toEqual([expect.stringMatching(/^files\./) as string, 'NOT_HERE'])
      }
      await start(window)
      await window.call('settings.set', { patch: { holdMs: null } })
    })

    test.each(badCalls)('%s is answered BAD_CALL', async (_, message) => {
      await using window = await open()
      window.post({ id: 1001, ...message })
      const answer = await window.answer(1001)
      expect(answer).toMatchObject({ ok: false, error: { code: 'BAD_CALL' } })
      expect(answer.ok ? '' : answer.error.message).toMatch(/\w+ \w+/)
      expect(await window.call('app.info', undefined)).toMatchObject({ platform: process.platform })
    })

    test.each(noCalls.map((message) => [JSON.stringify(message), message]))('%s is passed over', async (_, message) => {
      await using window = await open()
      window.post(message)
      expect(await window.call('app.info', undefined)).toMatchObject({ platform: process.platform })
    })

    test('an id that is not there is GONE', async () => {
      await using window = await open()
      const id = 1e9
      const made: Made = { flow: id, socket: id, modifier: '', run: '' }
      for (const call of gone) {
        const answer = await window.answer(window.begin(call, everyCall[call](made)))
        expect(answer).toMatchObject({ ok: false, error: { code: 'GONE' } })
      }
    })

    test('a recorded body comes in pages, the same bytes', async () => {
      await using window = await open()
      const { id } = await flowOf(window, '/large')
      const page = { id, side: 'response', decoded: false } as const
      const got: Uint8Array[] = []
      for (let offset = 0; offset < large.length;) {
        const { bytes, total } = await window.call('flows.body', { ...page, offset, length: pageBytes })
        expect(total).toBe(large.length)
        expect(bytes.length).toBe(Math.min(pageBytes, large.length - offset))
        got.push(bytes)
        offset += bytes.length
      }
      expect(Buffer.concat(got).equals(large)).toBe(true)
      const middle = await window.call('flows.body', { ...page, offset: 500_001, length: 77 })
      expect(Buffer.from(middle.bytes).equals(large.subarray(500_001, 500_078))).toBe(true)
      expect((await window.call('flows.body', { ...page, offset: large.length, length: 1 })).bytes).toHaveLength(0)
    })

    test('a call under way can be cancelled, and nothing waits behind it', async () => {
      await using window = await open()
      const { id } = await flowOf(window, '/long')
      const far = { id, side: 'response', decoded: true, offset: 47 * 1024 * 1024, length: 100 }
      const cancelled = Array.from({ length: 20 }, () => {
        const call = window.begin('flows.body', far)
        window.post({ cancel: call })
        return call
      })
      const begun = performance.now()
      await window.call('app.info', undefined)
      expect(performance.now() - begun).toBeLessThan(1000)
      // Whether a cancelled call is answered is the host's affair; not with what nobody wants any more.
      for (const call of cancelled) {
        const answer = window.answers.get(call)
        if (answer) expect(answer).toMatchObject({ ok: false, error: { code: 'CANCELLED' } })
      }
      const { bytes } = await window.call('flows.body', { ...far, side: 'response' })
      expect(Buffer.from(bytes)).toEqual(Buffer.alloc(100))
      expect(cancelled.filter((call) => window.answers.get(call)?.ok === true)).toEqual([])
    })

    test('the last bytes of a running body, and its end', async () => {
      await using window = await open()
      const { id } = await flowOf(window, '/stream', 'streaming')
      const response = await traffic.stream()
      let { position } = await window.call('flows.tail', { id, after: 0 })
      response.write('data: one\n\n')
      let seen = ''
      while (!seen.includes('data: one')) {
        const tail = await window.call('flows.tail', { id, after: position })
        expect(tail.running).toBe(true)
        seen += Buffer.from(tail.bytes).toString()
        position = tail.position
        await pause(10)
      }
      response.end()
      await expect
        .poll(async () => {
          const answer = await window.answer(window.begin('flows.tail', { id, after: position }))
          return answer.ok ? (answer.value as { running: boolean }).running : answer.error.code
        }, soon)
        .toSatisfy((value) => value === false || value === 'GONE')
    })

    test('a running flow is ended by flows.kill', async () => {
      await using window = await open()
      const { id, url } = await flowOf(window, '/stream?kill', 'streaming')
      await traffic.stream()
      await window.call('flows.kill', { ids: [id] })
      const over = () =>
        window.told('flows').some(({ rows }) => rows.some((row) => row.id === id && row.end !== undefined))
      await window.until(over, `the end of ${url}`)
    })

    test('at most 20 messages of flows in a second, each numbered behind the one before', async () => {
      await using window = await open()
      const until = performance.now() + 2500
      let made = 0
      while (performance.now() < until) await fetchThrough(port, traffic.url(`/busy?${made++}`))
      await window.until(() => seenBusy() === made, 'all rows')
      const events = window.events.filter(({ event }) => event === 'flows')
      const seconds = (events.at(-1)!.at - events[0]!.at) / 1000
      expect((events.length - 1) / seconds).toBeLessThanOrEqual(20)
      for (const [index, { at }] of events.entries()) {
        const within = events.slice(index).filter((other) => other.at < at + 1000)
        // A busy machine delivers some late and the next on time.
        expect(within.length).toBeLessThanOrEqual(25)
      }
      const told = window.told('flows')
      expect(told.length).toBeGreaterThan(20)
      expect(new Set(told.map(({ epoch }) => epoch)).size).toBe(1)
      expect(told.map(({ seq }) => seq)).toEqual(told.map((_, index) => told[0]!.seq + index))

      function seenBusy(): number {
        const rows = window.told('flows').flatMap((event) => event.rows)
        return new Set(rows.filter(({ url, state }) => url.includes('/busy?') && state === 'done').map(({ id }) => id))
          .size
      }
    })

    test('who misses messages asks again and has the whole; two windows agree', async () => {
      await using one = await open()
      await using two = await open()
      const [whole, gapped] = [new ListModel(), new ListModel()]
      await Promise.all([whole.fetch(one), gapped.fetch(two)])
      for (let count = 0; count < 60; count++) {
        await fetchThrough(port, traffic.url(`/gap?${count}`))
        if (count % 20 === 10) {
          const [first] = whole.sorted()
          if (first) await one.call('flows.delete', { ids: [first.id] })
        }
        await pause(10)
        await whole.follow(one)
        await gapped.follow(two, (index) => index % 4 === 1)
      }
      const last = traffic.url('/gap?59')
      for (const window of [one, two]) {
        const known = () =>
          window.told('flows').some(({ rows }) => rows.some(({ url, end }) => url === last && end !== undefined))
        await window.until(known, `the row ${last}`)
      }
      await pause(150) // nothing moves any more
      await whole.follow(one)
      // The message that shows the gap may be the one that got lost.
      await gapped.follow(two)
      const fresh = new ListModel()
      await fresh.fetch(one)
      expect(gapped.fetched).toBeGreaterThan(3)
      expect(whole.fetched).toBe(1)
      expect(whole.sorted()).toEqual(fresh.sorted())
      if (gapped.seq !== whole.seq) await gapped.fetch(two)
      expect(gapped.sorted()).toEqual(fresh.sorted())
    })

    test('deleted and cleared flows are gone for every window', async () => {
      await using one = await open()
      await using two = await open()
      const { id } = await flowOf(one, '/delete')
      await one.call('flows.delete', { ids: [id] })
      await two.until(() => two.told('flows').some(({ removed }) => removed.includes(id)), 'the removal')
      const { epoch } = await two.call('flows.page', { after: 0 })
      await one.call('flows.clear', undefined)
      await two.until(() => two.told('flows').at(-1)?.epoch !== epoch, 'a new epoch')
      const page = await two.call('flows.page', { after: 0 })
      expect(page.epoch).toBe(two.told('flows').at(-1)?.epoch)
      expect(page.rows).toEqual([])
    })

    test('settings make a round trip, all or nothing, and every window is told', async () => {
      await using one = await open()
      await using two = await open()
      const before = await one.call('settings.get', undefined)
      const set = await one.call('settings.set', { patch: { stream: '3m', liveTypes: false } })
      expect(set.values).toMatchObject({ stream: 3 * 1024 * 1024, liveTypes: false })
      await two.until(() => two.told('settings').at(-1)?.values.liveTypes === false, 'the new settings')
      expect(await two.call('settings.get', undefined)).toEqual(set)
      const wrong = await one.answer(one.begin('settings.set', { patch: { liveTypes: true, stream: '3q' } }))
      expect(wrong).toMatchObject({ ok: false, error: { code: 'BAD_SETTING', key: 'stream' } })
      expect(wrong.ok ? '' : wrong.error.message).toContain('"3q"')
      expect(await two.call('settings.get', undefined)).toEqual(set)
      const back = await two.call('settings.set', { patch: { stream: null, liveTypes: null } })
      expect(back.values).toEqual(before.values)
    })

    test('the capture stops and starts, every window is told, and flows stay', async () => {
      await using one = await open()
      await using two = await open()
      const { id } = await flowOf(one, '/stays')
      expect(await one.call('capture.stop', undefined)).toMatchObject({ status: 'stopped' })
      await two.until(() => two.told('capture').at(-1)?.status === 'stopped', 'the stop')
      await expect(fetchThrough(port, traffic.url('/unheard'))).rejects.toThrow('ECONNREFUSED')
      await start(one)
      await two.until(() => two.told('capture').at(-1)?.status === 'capturing', 'the start')
      expect(await two.call('capture.state', undefined)).toMatchObject({ status: 'capturing', address: { port } })
      expect(await two.call('flows.get', { id })).toMatchObject({ id })
    })

    modifierTests(() => ({ open, traffic, port }))

    test('a window that closes in the middle of things leaves nothing behind', async () => {
      await using watching = await open()
      await watching.call('app.info', undefined)
      await expect.poll(() => bound.windows(), soon).toBe(1)
      const { id } = await flowOf(watching, '/long')
      for (let round = 0; round < 10; round++) {
        const window = await open()
        await window.call('app.info', undefined)
        expect(bound.windows()).toBe(2)
        window.begin('flows.body', { id, side: 'response', decoded: true, offset: 47 * 1024 * 1024, length: 1 })
        window.begin('flows.tail', { id, after: 0 })
        await window.close()
        await expect.poll(() => bound.windows(), soon).toBe(1)
      }
      // Those who stay do not wait for the work of those who left.
      const begun = performance.now()
      await watching.call('flows.body', { id, side: 'response', decoded: false, offset: 0, length: 1 })
      expect(performance.now() - begun).toBeLessThan(1000)
    })
  })
}
