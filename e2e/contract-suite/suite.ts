/** The contract, held against any wire that carries it: every binding runs this same suite over a real host. */
import { once } from 'node:events'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { calls, type CallName } from '../../app/contract/contract.ts'
import { openWsPair } from '../../main/testing/ws-pair.ts'
import { flowOf, soon, type Bench } from './bench.ts'
import { bodyTests } from './bodies.ts'
import { badCalls, everyCall, noCalls, type Made } from './every-call.ts'
import { listTests } from './list.ts'
import { modifierTests } from './modifiers.ts'
import { fetchThrough, startTraffic, type Traffic } from './traffic.ts'
import { SuiteWindow, type Bound } from './wire.ts'

/** Calls about one flow. */
const gone = ['flows.get', 'flows.body', 'flows.messages', 'flows.messageCount', 'flows.message'] as const

/** `bind` opens a host that listens at a free port of 127.0.0.1, and need not be capturing yet. */
export function contractSuite(name: string, bind: () => Promise<Bound>): void {
  describe(`the contract over ${name}`, () => {
    let bound: Bound
    let traffic: Traffic
    let port: number

    const open = async (): Promise<SuiteWindow> => new SuiteWindow(await bound.connect())
    const bench = (): Bench => ({ open, traffic, port })

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
      const { id: flow } = await flowOf(bench(), window, '/every')
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
      const { id } = await flowOf(bench(), one, '/stays')
      expect(await one.call('capture.stop', undefined)).toMatchObject({ status: 'stopped' })
      await two.until(() => two.told('capture').at(-1)?.status === 'stopped', 'the stop')
      await expect(fetchThrough(port, traffic.url('/unheard'))).rejects.toThrow('ECONNREFUSED')
      await start(one)
      await two.until(() => two.told('capture').at(-1)?.status === 'capturing', 'the start')
      expect(await two.call('capture.state', undefined)).toMatchObject({ status: 'capturing', address: { port } })
      expect(await two.call('flows.get', { id })).toMatchObject({ id })
    })

    bodyTests(bench)
    listTests(bench)
    modifierTests(bench)

    test('a window that closes in the middle of things leaves nothing behind', async () => {
      await using watching = await open()
      await watching.call('app.info', undefined)
      await expect.poll(() => bound.windows(), soon).toBe(1)
      const { id } = await flowOf(bench(), watching, '/long')
      const far = { id, side: 'response', decoded: true, offset: 47 * 1024 * 1024, length: 1 } as const
      const asked = performance.now()
      await watching.call('flows.body', far)
      const cost = performance.now() - asked
      for (let round = 0; round < 10; round++) {
        const window = await open()
        await window.call('app.info', undefined)
        expect(bound.windows()).toBe(2)
        window.begin('flows.body', far)
        window.begin('flows.tail', { id, after: 0 })
        await window.close()
        await expect.poll(() => bound.windows(), soon).toBe(1)
      }
      // Those who stay do not wait for the work of those who left, which is ten times that of one.
      const begun = performance.now()
      await watching.call('flows.body', { id, side: 'response', decoded: false, offset: 0, length: 1 })
      expect(performance.now() - begun).toBeLessThan(Math.max(1000, 5 * cost))
    })
  })
}
