/** B11: an origin that dies in the middle never looks like one that has finished. */
import { describe, expect, test } from 'vitest'
import { enter, large, states } from '../testing/states.ts'
import { connectSecure } from '../testing/raw-client.ts'
import { openScene, type Scene } from '../testing/scene.ts'
import { startTap } from '../testing/tap.ts'
import type { WireEnd } from '../testing/wire-end.ts'

const heads = {
  length: 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n',
  chunked: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
  close: 'HTTP/1.1 200 OK\r\n\r\n',
}
const first = { length: 'hello', chunked: '5\r\nhello\r\n', close: 'hello' }
type Framing = keyof typeof heads
type Death = 'end' | 'reset'

/** Every way to die but the one that is no death: a body that ends with its connection ends by FIN. */
const deaths: [Framing, Death][] = [
  ['length', 'end'],
  ['length', 'reset'],
  ['chunked', 'end'],
  ['chunked', 'reset'],
  ['close', 'reset'],
]

async function expectGatewayError(scene: Scene, client: WireEnd, phase: string, words: string): Promise<void> {
  const head = await client.readText('\r\n\r\n')
  expect(head).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n/)
  const length = Number(/content-length: (\d+)/i.exec(head)![1])
  expect(await client.readText(length)).toContain(words)
  const flow = await scene.ended()
  expect(flow.error).toMatchObject({ code: 'ORIGIN_CLOSED', side: 'origin', phase })
  expect(flow.error!.message).toContain(words)
  if (/connection: close/i.test(head)) {
    expect(await client.closed).toBe('fin')
    return
  }
  // The client's connection is as good as before.
  void client.write(scene.requestText('/next'))
  const { connection } = await scene.origin.request()
  void connection.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
  expect(await client.readText('ok')).toBe('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
  await scene.ended()
}

describe.each([false, true])('TLS %s', (tls) => {
  describe('nothing has been sent: the client is told', () => {
    test.each<[string, string, Death, string]>([
      ['without a word', '', 'end', 'before it answered'],
      ['without a word', '', 'reset', 'before it answered'],
      ['in the middle of its head', 'HTTP/1.1 200 OK\r\nX: ', 'end', 'in the middle of the response head'],
    ])('%s (%j, %s)', async (_, said, death, words) => {
      await using scene = await openScene({}, { tls })
      // Not to be repeated, as a GET would be on a connection that was begun with the tunnel and has waited since.
      const { client, connection } = await scene.ask('/', { method: 'POST' })
      if (said !== '') await connection.write(said)
      connection[death]()
      await expectGatewayError(scene, client, 'response-head', words)
    })

    test.each(deaths)('in the middle of a held body: %s, %s', async (framing, death) => {
      await using scene = await openScene({}, { tls })
      const { client, connection } = await scene.ask()
      void connection.write(heads[framing] + first[framing])
      await scene.hasReceived(5)
      connection[death]()
      await expectGatewayError(scene, client, 'response-body', 'before the body was complete')
    })
  })

  test.each(deaths)('in the middle of a stream: %s, %s', async (framing, death) => {
    await using scene = await openScene({ streamSize: 0, streamUnknown: 'now' }, { tls })
    const { client, connection } = await scene.ask()
    void connection.write(heads[framing] + first[framing])
    await client.readUntil(first[framing])
    connection[death]()
    expect((await client.readAll()).toString()).toBe('')
    // Under TLS it is a missing close_notify that tells; see below.
    if (framing === 'close' && !tls) expect(await client.closed).toBe('rst')
    const flow = await scene.ended()
    expect(flow.error).toMatchObject({ code: 'ORIGIN_CLOSED', side: 'origin', phase: 'response-body' })
    expect(flow.response).toMatchObject({ bytes: 5, delivered: 5, body: { state: 'missing' } })
  })

  test('in the middle of a live stream: what came is recorded as truncated', async () => {
    await using scene = await openScene({}, { tls })
    const { client, connection } = await scene.ask()
    void connection.write(`HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 9\r\n\r\nhello`)
    await client.readUntil('hello')
    connection.end()
    await client.readAll()
    const flow = await scene.ended()
    expect(flow.response?.body).toMatchObject({ state: 'truncated', length: 5 })
    expect((await scene.proxy.body(flow))?.toString()).toBe('hello')
  })

  test('while what was held is still on its way: all of it arrives, then the cut', async () => {
    const state = states.find(({ name }) => name.startsWith('replaying'))!
    await using scene = await openScene(state.settings, { tls })
    const { client, connection } = await enter(scene, state)
    const rest = Buffer.from('and some more')
    await connection.write(rest)
    connection.reset()
    client.resume()
    await client.readUntil('\r\n\r\n')
    expect((await client.readUntil(large.length)).equals(large)).toBe(true)
    const tail = await client.readAll()
    expect(rest.subarray(0, tail.length).equals(tail)).toBe(true)
    expect(await client.closed).toBe(tls ? 'fin' : 'rst')
    const flow = await scene.ended()
    expect(flow.error?.code).toBe('ORIGIN_CLOSED')
  })
})

test('a body that ends with its connection is complete at FIN', async () => {
  await using scene = await openScene({ streamSize: 0, streamUnknown: 'now' })
  const { client, connection } = await scene.ask()
  void connection.write(heads.close)
  connection.end('hello')
  await client.readAll()
  expect(await client.closed).toBe('fin')
  expect((await scene.ended()).error).toBeUndefined()
})

describe('under TLS a body that ends with its connection is cut by a missing close_notify', () => {
  /** The types of the TLS records of one direction, as they are on the wire. */
  function recordTypes(bytes: Buffer): number[] {
    const types: number[] = []
    for (let at = 0; at + 5 <= bytes.length; at += 5 + bytes.readUInt16BE(at + 3)) types.push(bytes[at]!)
    return types
  }
  const alert = 21

  test.each([
    ['complete', 'end', alert],
    ['cut', 'reset', 23],
  ] as const)('%s', async (_, how, last) => {
    await using scene = await openScene({ streamSize: 0, streamUnknown: 'now' }, { tls: true })
    // TLS 1.2 shows in the clear what a record is.
    await using tap = await startTap(scene.proxy.port)
    const { authority } = scene.origin
    await using client = await connectSecure(tap.port, authority, scene.proxy.ca, { maxVersion: 'TLSv1.2' })
    void client.write(scene.requestText())
    const { connection } = await scene.origin.request()
    void connection.write(`${heads.close}hello`)
    await client.readUntil('hello')
    connection[how]()
    await client.readAll()
    const flow = await scene.ended()
    expect(flow.error?.code).toBe(how === 'end' ? undefined : 'ORIGIN_CLOSED')
    const answer = 'HTTP/1.1 200 Connection established\r\n\r\n'
    expect(tap.passed().toString('latin1').startsWith(answer)).toBe(true)
    expect(recordTypes(tap.passed().subarray(answer.length)).at(-1)).toBe(last)
  })
})

test('B17: a bad chunk in the middle of a stream cuts it, and is not forwarded', async () => {
  await using scene = await openScene({ streamSize: 0, streamUnknown: 'now' })
  const { client, connection } = await scene.ask()
  void connection.write(heads.chunked + first.chunked)
  await client.readUntil(first.chunked)
  void connection.write('5 ;x\r\nworld\r\n0\r\n\r\n')
  expect((await client.readAll()).toString()).toBe('')
  expect(await connection.closed).not.toBe('here')
  const flow = await scene.ended()
  expect(flow.error).toMatchObject({ code: 'BAD_RESPONSE', side: 'origin', phase: 'response-body' })
})
