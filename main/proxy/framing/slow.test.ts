/** Clients that begin something and do not finish it; and those that are silent, and have every right to be. */
import { describe, expect, test, vi } from 'vitest'
import { eventually } from '../../testing/eventually.ts'
import { trickle, turns, useFakeClock } from '../../testing/fake-clock.ts'
import { connectClient, connectTunnel } from '../../testing/raw-client.ts'
import { openScene } from '../../testing/scene.ts'
import { helloBytes } from '../testing.ts'

const hour = 3_600_000
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

useFakeClock('setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance')

/** A byte of them at a time. */
const each = (bytes: Buffer | string) => (round: number) => bytes.slice(round, round + 1)

describe('slower than 60 seconds', () => {
  test('a head: 408, and the flow says why', async () => {
    await using scene = await openScene()
    await using client = await connectClient(scene.proxy.port)
    const seconds = await trickle(client, each('GET http://a/ HTTP/1.1\r\nA: b\r\nAn: d'))
    expect(seconds).toBeGreaterThanOrEqual(60)
    expect(seconds).toBeLessThan(90)
    expect(client.peek()).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/)
    expect(client.peek()).toContain('The client is too slow: the head was not complete 60 seconds after its first byte')
    const flow = await scene.ended()
    expect(flow).toMatchObject({ method: 'GET', error: { code: 'BAD_REQUEST', side: 'client', phase: 'request-head' } })
    vi.useRealTimers()
  })

  test('a greeting of SOCKS5, and a hello of TLS sent to the port itself', async () => {
    await using scene = await openScene()
    for (const [first, method] of [
      [Buffer.of(5, 255), 'SOCKS5'],
      [await helloBytes('a.test'), 'TLS'],
    ] as const) {
      await using client = await connectClient(scene.proxy.port)
      const seconds = await trickle(client, each(Buffer.concat([first, Buffer.alloc(20)]).subarray(0, 20)))
      expect(seconds).toBeGreaterThanOrEqual(60)
      expect(seconds).toBeLessThan(90)
      expect(await scene.ended()).toMatchObject({
        method,
        error: { side: 'client', message: expect.stringContaining('60 seconds after its first byte') as string },
      })
    }
    vi.useRealTimers()
  })

  test('a head behind a request on the same connection, inside TLS', async () => {
    await using scene = await openScene({}, { tls: true })
    const { client, connection } = await scene.ask()
    void connection.write(ok)
    await client.readUntil(ok)
    await scene.ended()
    expect(await trickle(client, each('GET / HTTP/1.1\r\n'))).toBeLessThan(90)
    expect(client.peek()).toMatch(/^HTTP\/1\.1 408 /)
    await scene.ended()
    vi.useRealTimers()
  })

  test('a TLS hello', async () => {
    await using scene = await openScene()
    await using client = await connectTunnel(scene.proxy.port, scene.origin.authority)
    const origin = await scene.origin.accept()
    expect(await trickle(client, each(await helloBytes('a.test')))).toBeLessThan(90)
    expect((await scene.ended()).error).toMatchObject({
      code: 'CLIENT_TLS',
      side: 'client',
      phase: 'client-tls',
      message: "127.0.0.1: the client's TLS hello was not complete 60 seconds after its first byte",
    })
    await origin.closed
    vi.useRealTimers()
  })

  test('a TLS handshake behind its hello', async () => {
    await using scene = await openScene()
    await using client = await connectTunnel(scene.proxy.port, scene.origin.authority)
    await scene.origin.accept()
    void client.write(await helloBytes('a.test'))
    await client.readSome()
    expect(await trickle(client, each('\x17\x03\x03\x00\x40aaaaaaaaaaaa'))).toBeLessThan(90)
    expect((await scene.ended()).error?.message).toContain('not complete 60 seconds after the hello')
    vi.useRealTimers()
  })

  test('first bytes that could become a request are those of a protocol that waits for an answer', async () => {
    await using scene = await openScene()
    await using client = await connectTunnel(scene.proxy.port, scene.origin.authority)
    const origin = await scene.origin.accept()
    void client.write('HELO')
    await turns()
    expect(origin.received).toBe(0)
    vi.advanceTimersByTime(65_000)
    expect(await origin.readText(4)).toBe('HELO')
    void origin.write('250')
    expect(await client.readText(3)).toBe('250')
    client.end()
    origin.end()
    expect(await scene.ended()).toMatchObject({ error: undefined, delivery: { mode: 'tunnelled' } })
    vi.useRealTimers()
  })
})

describe('silence that is no slowness', () => {
  test('before a request, between requests, within a body, and for an answer', async () => {
    await using scene = await openScene()
    const client = await scene.client()
    vi.advanceTimersByTime(hour)
    const extra = 'Content-Length: 4\r\n'
    const { connection } = await scene.askAgain(client, '/', { method: 'POST', extra })
    void client.write('bo')
    expect(await connection.readText(2)).toBe('bo')
    vi.advanceTimersByTime(hour)
    void client.write('dy')
    expect(await connection.readText(2)).toBe('dy')
    vi.advanceTimersByTime(hour)
    void connection.write(ok)
    await client.readUntil(ok)
    expect((await scene.ended()).error).toBeUndefined()
    vi.advanceTimersByTime(hour)
    // A head in two pieces, and an hour behind it.
    const text = scene.requestText('/again')
    void client.write(text.slice(0, 20))
    await turns()
    vi.advanceTimersByTime(50_000)
    void client.write(text.slice(20))
    // The pool has not kept the first connection for so long.
    const { connection: second } = await scene.origin.request()
    vi.advanceTimersByTime(hour)
    void second.write(ok)
    await client.readUntil(ok)
    expect((await scene.ended()).error).toBeUndefined()
    vi.useRealTimers()
  })

  test('behind CONNECT, of a client that waits for its origin to speak', async () => {
    await using scene = await openScene()
    await using client = await connectTunnel(scene.proxy.port, scene.origin.authority)
    const origin = await scene.origin.accept()
    await turns()
    vi.advanceTimersByTime(hour)
    void origin.write('220 ready')
    expect(await client.readText(9)).toBe('220 ready')
    client.end()
    origin.end()
    await scene.ended()
    vi.useRealTimers()
  })

  test('within a request body, unless an idle limit is set: then the client is told', async () => {
    await using scene = await openScene({ idleLimitMs: 10_000 })
    const { client, connection } = await scene.ask('/', { method: 'POST', extra: 'Content-Length: 4\r\n' })
    void client.write('bo')
    expect(await connection.readText(2)).toBe('bo')
    await turns()
    vi.advanceTimersByTime(15_000)
    await turns()
    expect((await scene.ended()).error?.code).toBe('IDLE')
    expect(client.peek()).toMatch(/^HTTP\/1\.1 502 /)
    expect(await connection.closed).not.toBe('here')
    vi.useRealTimers()
  })
})

test('whoever was slow leaves no clock behind', async () => {
  await using scene = await openScene()
  const client = await scene.client()
  const text = scene.requestText()
  void client.write(text.slice(0, 9))
  await turns()
  client.destroy()
  await eventually(() => client.socket.closed)
  await turns()
  vi.advanceTimersByTime(hour)
  await turns()
  expect(scene.proxy.engine.flows.size).toBe(0)
  vi.useRealTimers()
})
