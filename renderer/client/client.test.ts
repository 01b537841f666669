import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ToHost } from '../../app/contract/wire.ts'
import { Client, faultOf, type WireListener } from './client.ts'

/** A wire in memory: what the window says is kept, the test is the host. */
class Host {
  readonly wires: WireListener[] = []
  readonly said: ToHost[] = []
  readonly connect = (listener: WireListener) => {
    this.wires.push(listener)
    return { post: (message: ToHost) => void this.said.push(message), close: () => undefined }
  }
  get wire(): WireListener {
    return this.wires.at(-1)!
  }
}

let host: Host
let client: Client
beforeEach(() => {
  vi.useFakeTimers()
  host = new Host()
  client = new Client(host.connect)
})
afterEach(() => vi.useRealTimers())

const connected = (): void => {
  client.open()
  host.wire.opened()
}
const failure = (call: Promise<unknown>): Promise<string> => call.then(String, (error: unknown) => faultOf(error).code)
const stopped = { status: 'stopped' } as const

test('answers find their calls, in whichever order they come', async () => {
  connected()
  const state = client.call('capture.state', undefined)
  const page = client.call('flows.page', { after: 7 })
  expect(host.said).toEqual([
    { id: 1, call: 'capture.state', input: undefined },
    { id: 2, call: 'flows.page', input: { after: 7 } },
  ])
  host.wire.message({ id: 2, ok: false, error: { code: 'FAILED', message: 'No.', key: 'k' } })
  host.wire.message({ id: 1, ok: true, value: stopped })
  expect(await state).toBe(stopped)
  expect(faultOf(await page.catch((error: unknown) => error))).toEqual({ code: 'FAILED', message: 'No.', key: 'k' })
})

test('before there is a connection, and after it broke, calls fail at once', async () => {
  client.open()
  expect(await failure(client.call('capture.state', undefined))).toBe('CLOSED')
  host.wire.opened()
  const under = failure(client.call('capture.state', undefined))
  host.wire.closed()
  expect(await under).toBe('CLOSED')
  expect(await failure(client.call('capture.state', undefined))).toBe('CLOSED')
  expect(host.said).toHaveLength(1)
})

test('a cancelled call is told to the host, and its late answer is dropped', async () => {
  connected()
  const gone = new AbortController()
  const call = failure(client.call('flows.page', { after: 0 }, gone.signal))
  gone.abort()
  expect(await call).toBe('CANCELLED')
  expect(host.said.at(-1)).toEqual({ cancel: 1 })
  host.wire.message({ id: 1, ok: true, value: {} })
  expect(await failure(client.call('flows.page', { after: 0 }, gone.signal))).toBe('CANCELLED')
  expect(host.said).toHaveLength(2)
})

test('aborting after the answer says nothing to the host', async () => {
  connected()
  const gone = new AbortController()
  const call = client.call('capture.state', undefined, gone.signal)
  host.wire.message({ id: 1, ok: true, value: stopped })
  await call
  gone.abort()
  expect(host.said).toHaveLength(1)
})

test('events are heard until nobody wants to', () => {
  connected()
  const heard: unknown[] = []
  const stop = client.on('capture', (value) => heard.push(value))
  client.on('capture', (value) => heard.push(value.status))
  host.wire.message({ event: 'capture', value: stopped })
  stop()
  host.wire.message({ event: 'capture', value: stopped })
  host.wire.message({ event: 'notice', value: { at: 0, sentence: '' } })
  expect(heard).toEqual([stopped, 'stopped', 'stopped'])
})

describe('reconnecting', () => {
  test('pauses grow up to eight seconds, and begin anew once the host has spoken', () => {
    connected()
    const pauses: number[] = []
    for (let round = 0; round < 8; round++) {
      host.wire.closed()
      const { connection } = client
      pauses.push(connection.status === 'lost' ? connection.retryAt - Date.now() : -1)
      vi.advanceTimersByTime(pauses.at(-1)!)
      expect(host.wires).toHaveLength(round + 2)
      host.wire.opened()
    }
    expect(pauses).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000, 8000])
    host.wire.message({ event: 'capture', value: stopped })
    host.wire.closed()
    vi.advanceTimersByTime(250)
    expect(client.connection.status).toBe('connecting')
  })

  test('"now" does not wait, and makes one connection, not two', () => {
    connected()
    host.wire.closed()
    client.open()
    client.open()
    host.wire.opened()
    vi.advanceTimersByTime(60_000)
    expect(host.wires).toHaveLength(2)
    expect(client.connection.status).toBe('connected')
  })

  test('a host that refuses is not asked again by itself', () => {
    client.open()
    host.wire.closed('No token.')
    vi.advanceTimersByTime(60_000)
    expect(host.wires).toHaveLength(1)
    expect(client.connection).toEqual({ status: 'refused', problem: 'No token.' })
  })

  test('what an old wire still says is not heard', () => {
    connected()
    const old = host.wire
    old.closed()
    client.open()
    host.wire.opened()
    const heard: unknown[] = []
    client.on('capture', (value) => heard.push(value))
    old.message({ event: 'capture', value: stopped })
    old.closed('No.')
    old.opened()
    expect(client.connection.status).toBe('connected')
    expect(heard).toEqual([])
  })

  test('watchers see each change', () => {
    const seen: string[] = []
    const stop = client.onConnection(() => seen.push(client.connection.status))
    connected()
    host.wire.closed()
    stop()
    client.open()
    expect(seen).toEqual(['connecting', 'connected', 'lost'])
  })
})

test('a bug is no fault', () => {
  expect(() => faultOf(new TypeError('x'))).toThrow(TypeError)
})

test('whoever waits for a connection is told at once, when it comes, or when he waits no more', async () => {
  const interest = new AbortController()
  let told = 0
  const wait = () => client.connected(interest.signal).then(() => told++)
  const [first, second] = [wait(), wait()]
  await Promise.resolve()
  expect(told).toBe(0)
  connected()
  await Promise.all([first, second, wait()])
  host.wire.closed()
  const last = wait()
  interest.abort()
  await last
  expect(told).toBe(4)
})
