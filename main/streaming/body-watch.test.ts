/** Who watches a body sees its content as it comes, and slows and hurts nobody. */
import { expect, test } from 'vitest'
import { chunk, patterned } from '../testing/bytes.ts'
import { eventually } from '../testing/eventually.ts'
import { connectTunnel } from '../testing/raw-client.ts'
import { openScene, type Scene } from '../testing/scene.ts'

/** What a watcher has seen; its offsets must fit. */
function watch(scene: Scene, id = scene.running.id) {
  const seen = { bytes: Buffer.alloc(0), end: 0, calls: 0, stop: (): void => undefined }
  const stop = scene.proxy.engine.watchBody(id, (bytes, end) => {
    if (seen.calls++ > 0) expect(end - bytes.length).toBe(seen.end)
    seen.bytes = Buffer.concat([seen.bytes, bytes])
    seen.end = end
  })
  expect(stop).toBeDefined()
  seen.stop = stop!
  return seen
}

const kinds = [
  { name: 'buffered', settings: {} },
  { name: 'streamed', settings: { streamSize: 0, streamUnknown: 'now' } },
  { name: 'crossing over', settings: { streamSize: 50_000 } },
] as const

test.each(kinds.flatMap((kind) => [false, true].map((tls) => ({ ...kind, tls }))))(
  'chunked, $name, TLS $tls: the content without its framing, from before the head on',
  async ({ settings, tls }) => {
    await using scene = await openScene(settings, { tls })
    const { client, connection } = await scene.ask()
    const [one, two] = [watch(scene), watch(scene)]
    const content = patterned(300_000)
    void connection.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n')
    for (let at = 0; at < 100_000; at += 7001)
      void connection.write(chunk(content.subarray(at, Math.min(at + 7001, 100_000))))
    await scene.hasReceived(100_000)
    expect(one.bytes.equals(content.subarray(0, 100_000))).toBe(true)
    two.stop()
    two.stop()
    const late = watch(scene)
    void connection.write(chunk(content.subarray(100_000)))
    void connection.write('0\r\n\r\n')
    await client.readUntil('\r\n\r\n')
    await client.readUntil('\r\n0\r\n\r\n')
    const { id } = await scene.ended()
    expect(one.bytes.equals(content)).toBe(true)
    expect(one.end).toBe(content.length)
    expect(two.end).toBe(100_000)
    expect(late.bytes.equals(content.subarray(100_000))).toBe(true)
    expect(late.end).toBe(content.length)
    expect(scene.proxy.engine.watchBody(id, () => undefined)).toBeUndefined()
  },
)

test.each(['Content-Length: 5\r\n', ''])('framed by "%s": the same', async (framing) => {
  await using scene = await openScene({ streamSize: 0, streamUnknown: 'now' })
  const { client, connection } = await scene.ask()
  const seen = watch(scene)
  void connection.write(`HTTP/1.1 200 OK\r\n${framing}\r\nhel`)
  await client.readUntil('hel')
  expect([seen.bytes.toString(), seen.end]).toEqual(['hel', 3])
  connection.end('lo')
  await client.readUntil('lo')
  await scene.ended()
  expect([seen.bytes.toString(), seen.end]).toEqual(['hello', 5])
})

test('a watcher that throws is told once, and the client, the record and the other watchers get everything', async () => {
  await using scene = await openScene()
  const { client, connection } = await scene.ask()
  let calls = 0
  scene.proxy.engine.watchBody(scene.running.id, () => {
    calls++
    throw new Error('planted')
  })
  const seen = watch(scene)
  void connection.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel')
  await scene.hasReceived(3)
  void connection.write('lo')
  await client.readUntil('hello')
  const flow = await scene.ended()
  expect(flow.error).toBeUndefined()
  expect((await scene.proxy.body(flow))?.toString()).toBe('hello')
  expect(seen.bytes.toString()).toBe('hello')
  expect(calls).toBe(1)
  expect(scene.proxy.notices.splice(0)).toEqual([expect.stringContaining('planted')])
})

test('one may stop itself, or another, while it is told', async () => {
  await using scene = await openScene()
  const { client, connection } = await scene.ask()
  const { id } = scene.running
  const told: string[] = []
  const stops: ((() => void) | undefined)[] = []
  for (const name of ['a', 'b']) {
    stops.push(
      scene.proxy.engine.watchBody(id, () => {
        told.push(name)
        for (const stop of stops) stop?.()
      }),
    )
  }
  void connection.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel')
  await scene.hasReceived(3)
  void connection.write('lo')
  await client.readUntil('hello')
  await scene.ended()
  expect(told[0]).toBe('a')
  expect(told.length).toBeLessThanOrEqual(2)
})

test('tunnels, upgrades and unknown flows cannot be watched', async () => {
  await using scene = await openScene()
  const { engine, port } = scene.proxy
  const client = await connectTunnel(port, scene.origin.authority)
  void client.write('\0')
  await eventually(() => engine.running().length === 1)
  expect(engine.watchBody(engine.running()[0]!.id, () => undefined)).toBeUndefined()
  expect(engine.watchBody(4711, () => undefined)).toBeUndefined()
  const connection = await scene.origin.accept()
  client.destroy()
  connection.destroy()
  await scene.proxy.ended()
})
