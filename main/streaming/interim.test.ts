/** B14, B15: what comes around a body: interim heads, trailers, a body that waits for 100, and silence. */
import { afterEach, describe, expect, test, vi } from 'vitest'
import { openScene } from '../testing/scene.ts'

const early = 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n'
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

describe.each([false, true])('B14, TLS %s', (tls) => {
  test('103 passes at once, before the final head', async () => {
    await using scene = await openScene({}, { tls })
    const { client, connection } = await scene.ask()
    void connection.write(early)
    expect(await client.readText(early.length)).toBe(early)
    void connection.write(early)
    expect(await client.readText(early.length)).toBe(early)
    void connection.write(ok)
    expect(await client.readText(ok.length)).toBe(ok)
    const flow = await scene.ended()
    expect(flow.informational).toEqual([early.slice(0, -2), early.slice(0, -2)])
    expect(flow.response).toMatchObject({ status: 200, bytes: 2 })
  })

  test('several in one read with the final head keep their order', async () => {
    await using scene = await openScene({}, { tls })
    const { client, connection } = await scene.ask()
    void connection.write(early + early + ok)
    expect(await client.readText(early.length * 2 + ok.length)).toBe(early + early + ok)
    await scene.ended()
  })

  // A client that believed the length took the final head, of just that size, for the body of the hint.
  test('what frames an interim head is not passed on, and what frames it in two ways is refused', async () => {
    await using scene = await openScene({}, { tls })
    const { client, connection } = await scene.ask()
    void connection.write(`HTTP/1.1 103 Early Hints\r\nContent-Length: ${ok.length}\r\nLink: </a.css>\r\n\r\n${ok}`)
    const hint = 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n'
    expect(await client.readText(hint.length + ok.length)).toBe(hint + ok)
    expect((await scene.ended()).error).toBeUndefined()
    await using other = await openScene({}, { tls })
    const next = await other.ask()
    void next.connection.write('HTTP/1.1 103 No\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n' + ok)
    expect(await next.client.readText('\r\n')).toBe('HTTP/1.1 502 Bad Gateway\r\n')
    expect((await other.ended()).error?.message).toContain('both Transfer-Encoding and Content-Length')
  })

  test('not to HTTP/1.0 clients', async () => {
    await using scene = await openScene({}, { tls })
    const { client, connection } = await scene.ask('/', { version: '1.0' })
    void connection.write(early + ok)
    expect((await client.readAll()).toString()).toBe(
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok',
    )
    expect((await scene.ended()).informational).toEqual([])
  })

  test('Expect: 100-continue: the head goes at once, the body when the client has seen 100', async () => {
    await using scene = await openScene({}, { tls })
    const extra = 'Expect: 100-continue\r\nContent-Length: 4\r\n'
    const { client, connection, head } = await scene.ask('/', { method: 'POST', extra })
    expect(head).toContain('Expect: 100-continue\r\n')
    void connection.write('HTTP/1.1 100 Continue\r\n\r\n')
    await client.readUntil('HTTP/1.1 100 Continue\r\n\r\n')
    void client.write('body')
    expect(await connection.readText(4)).toBe('body')
    void connection.write(ok)
    await client.readUntil(ok)
    const flow = await scene.ended()
    expect(flow.request).toMatchObject({ bytes: 4, delivered: 4, body: { state: 'complete', length: 4 } })
    expect((await scene.proxy.body(flow, 'request'))?.toString()).toBe('body')
  })

  test('Expect: 100-continue, refused: the answer arrives, and the connection ends', async () => {
    await using scene = await openScene({}, { tls })
    const extra = 'Expect: 100-continue\r\nContent-Length: 4\r\n'
    const { client, connection } = await scene.ask('/', { method: 'POST', extra })
    void connection.write('HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n')
    expect((await client.readAll()).toString()).toBe(
      'HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
    )
    const flow = await scene.ended()
    expect(flow.error).toBeUndefined()
    expect(flow.notes.join()).toContain('before the request was complete')
  })

  test('trailers leave after the last byte of data', async () => {
    await using scene = await openScene({ streamSize: 0, streamUnknown: 'now' }, { tls })
    const { client, connection } = await scene.ask('/', { extra: 'TE: trailers\r\nConnection: TE\r\n' })
    const head = 'HTTP/1.1 200 OK\r\nTrailer: Grpc-Status\r\nTransfer-Encoding: chunked\r\n\r\n'
    void connection.write(`${head}2\r\nok\r\n`)
    expect(await client.readText(head.length + 7)).toBe(`${head}2\r\nok\r\n`)
    void connection.write('0\r\nGrpc-Status: 0\r\n\r\n')
    expect(await client.readText('\r\n\r\n')).toBe('0\r\nGrpc-Status: 0\r\n\r\n')
    expect((await scene.ended()).response?.trailers).toBe('Grpc-Status: 0\r\n')
  })
})

describe('B15: silence', () => {
  afterEach(() => vi.useRealTimers())
  const fake = (): void => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] })
  }
  const hour = 3_600_000

  test('of an hour is not death: before the head, between events, and between requests', async () => {
    fake()
    await using scene = await openScene({ holdMs: 500 })
    const { client, connection } = await scene.ask()
    vi.advanceTimersByTime(hour)
    void connection.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n')
    await client.readUntil('data: 1\n\n')
    vi.advanceTimersByTime(hour)
    void connection.write('data: 2\n\n')
    await client.readUntil('data: 2\n\n')
    vi.advanceTimersByTime(24 * hour)
    connection.end('data: 3\n\n')
    expect((await client.readAll()).toString()).toBe('data: 3\n\n')
    expect((await scene.ended()).error).toBeUndefined()
    vi.useRealTimers()
  })

  test('beyond the idle limit that was set is; whatever moves is not silence', async () => {
    fake()
    await using scene = await openScene({ idleLimitMs: 10_000 })
    const { client, connection } = await scene.ask()
    vi.advanceTimersByTime(9_000)
    void connection.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n')
    await client.readUntil('data: 1\n\n')
    vi.advanceTimersByTime(9_000)
    void connection.write('data: 2\n\n')
    await client.readUntil('data: 2\n\n')
    expect(scene.proxy.engine.running().length).toBe(1)
    vi.advanceTimersByTime(15_000)
    expect(await connection.closed).not.toBe('here')
    expect(await client.closed).toBe('rst')
    const flow = await scene.proxy.ended()
    expect(flow.error).toMatchObject({ code: 'IDLE', side: 'proxy', phase: 'response-body' })
    expect((await scene.proxy.body(flow))?.toString()).toBe('data: 1\n\ndata: 2\n\n')
    vi.useRealTimers()
  })
})
