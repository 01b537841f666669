/** A bug ends the flow it happened to, is told, and leaves everybody else alone. */
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Rule } from '../../model/rule.ts'
import { connectClient, connectTunnel } from '../../testing/raw-client.ts'
import { helloBytes } from '../testing.ts'
import { openScene, type Scene } from '../../testing/scene.ts'
import { enter, states } from '../../testing/states.ts'
import { HeldBody } from '../../streaming/held-body.ts'
import { ResponseDelivery } from '../../streaming/index.ts'
import { OriginConnection } from '../origin/origin-connection.ts'

/** Looks like a setting, and throws when it is read. */
function planted(): object {
  return new Proxy(
    {},
    {
      get() {
        throw new TypeError('planted')
      },
    },
  )
}

test('while a response is being decided', async () => {
  await using scene = await openScene()
  const other = await scene.ask('/other')
  const { client, connection } = await scene.ask('/broken')
  scene.proxy.update({ rules: [planted() as Rule] })
  void connection.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi')
  expect(await client.readText('(from Spillway)\n')).toMatch(/^HTTP\/1\.1 502 /)
  const { error } = await scene.ended()
  expect(error).toMatchObject({ code: 'INTERNAL', side: 'proxy' })
  expect(error?.message).toMatch(/^A bug in Spillway ended this flow: TypeError: planted at /)
  expect(scene.proxy.notices.splice(0)).toEqual([error?.message])
  await connection.closed
  scene.proxy.update({ rules: [] })
  void other.connection.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi')
  await other.client.readUntil('hi')
  expect((await scene.ended()).error).toBeUndefined()
})

test('while a request is being read', async () => {
  await using scene = await openScene()
  scene.proxy.update({ passthrough: [planted() as unknown as string] })
  await using client = await connectClient(scene.proxy.port)
  void client.write('CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\n\r\n')
  await client.closed
  expect(scene.proxy.notices.splice(0)).toEqual([expect.stringContaining('planted')])
  scene.proxy.update({ passthrough: [] })
  const asked = await scene.ask()
  void asked.connection.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi')
  await asked.client.readUntil('hi')
  await scene.ended()
})

/** What nobody above would catch: it would end the process, and with it everybody's flows. */
describe('called by the event loop', () => {
  afterEach(() => vi.restoreAllMocks())
  const plant = (): never => {
    throw new TypeError('planted')
  }

  /** The one flow that has met the bug says so, once; the next one is served. */
  async function endsAlone(scene: Scene): Promise<void> {
    const { error } = await scene.ended()
    expect(error).toMatchObject({ code: 'INTERNAL', side: 'proxy' })
    expect(error?.message).toContain('TypeError: planted')
    expect(scene.proxy.notices.splice(0)).toEqual([error?.message])
    vi.restoreAllMocks()
    scene.proxy.update({})
    const { client, connection } = await scene.ask('/next')
    void connection.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi')
    await client.readUntil('hi')
    expect((await scene.ended()).error).toBeUndefined()
  }

  test('when a body has been held for too long', async () => {
    let looks = 0
    const holdMs = { [Symbol.toPrimitive]: () => (++looks === 1 ? 20 : plant()) } as unknown as number
    await using scene = await openScene({ holdMs })
    const { client, connection } = await scene.ask()
    void connection.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel')
    expect(await client.readText('(from Spillway)\n')).toMatch(/^HTTP\/1\.1 502 /)
    await endsAlone(scene)
  })

  test('when a connection to the origin is there', async () => {
    await using scene = await openScene()
    vi.spyOn(OriginConnection.prototype, 'expect').mockImplementationOnce(plant)
    const client = await scene.client()
    void client.write(scene.requestText())
    const connection = await scene.origin.accept()
    expect(await client.readText('(from Spillway)\n')).toMatch(/^HTTP\/1\.1 502 /)
    await connection.closed
    await endsAlone(scene)
  })

  test('when all that was held has been sent', async () => {
    const state = states.find(({ name }) => name.startsWith('replaying'))!
    await using scene = await openScene(state.settings)
    const { client } = await enter(scene, state)
    vi.spyOn(HeldBody.prototype, 'drop').mockImplementationOnce(plant)
    client.resume()
    expect(await client.closed).toBe('rst')
    await endsAlone(scene)
  })

  test.each(['', 'Content-Length: 2\r\n'])('when a response has come to its end, framed by "%s"', async (framing) => {
    await using scene = await openScene({ streamSize: 0, streamUnknown: 'now' })
    const { client, connection } = await scene.ask()
    vi.spyOn(ResponseDelivery.prototype, 'finish').mockImplementationOnce(plant)
    connection.end(`HTTP/1.1 200 OK\r\n${framing}\r\nhi`)
    await client.closed
    await endsAlone(scene)
  })

  test('when all of a response has left', async () => {
    await using scene = await openScene()
    const { client, connection } = await scene.ask()
    vi.spyOn(ResponseDelivery.prototype, 'finishRecord').mockImplementationOnce(plant)
    void connection.write('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi')
    await client.closed
    await endsAlone(scene)
  })

  test('when a tunnel begins to speak', async () => {
    await using scene = await openScene()
    await using client = await connectTunnel(scene.proxy.port, scene.origin.authority)
    const connection = await scene.origin.accept()
    scene.proxy.update({ passthrough: [planted() as unknown as string] })
    void client.write(await helloBytes('a.example'))
    await client.closed
    await connection.closed
    expect(scene.proxy.notices.splice(0)).toEqual([expect.stringContaining('planted')])
    scene.proxy.update({})
    const next = await scene.ask()
    void next.connection.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi')
    await next.client.readUntil('hi')
    await scene.ended()
  })
})
