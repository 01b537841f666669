/** A bug ends the flow it happened to, is told, and leaves everybody else alone. */
import { expect, test } from 'vitest'
import type { Rule } from '../../model/rule.ts'
import { connectClient } from '../../testing/raw-client.ts'
import { openScene } from '../../testing/scene.ts'

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
