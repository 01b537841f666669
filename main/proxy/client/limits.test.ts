/** Nothing a stranger sends is held without a bound. */
import { expect, test } from 'vitest'
import { connectClient } from '../../testing/raw-client.ts'
import { openScene } from '../../testing/scene.ts'

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'
const KiB = 1024

test('a head of 256 KiB passes, one byte more is 431', async () => {
  await using scene = await openScene()
  const bare = scene.requestText('/', { extra: 'X: \r\n' }).length
  const fits = 'x'.repeat(256 * KiB - bare)
  const { client, connection, head } = await scene.ask('/', { extra: `X: ${fits}\r\n` })
  expect(head).toContain(fits)
  void connection.write(ok)
  await client.readUntil('hi')
  await scene.ended()
  void client.write(scene.requestText('/', { extra: `X: ${fits}x\r\n` }))
  const answer = (await client.readAll()).toString()
  expect(answer).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/)
  expect(answer).toContain('the head is larger than 262144 bytes')
  expect((await scene.ended()).error?.code).toBe('BAD_REQUEST')
})

test('2,000 fields pass, one more is 431', async () => {
  await using scene = await openScene()
  // Host is one of them.
  const { client, connection } = await scene.ask('/', { extra: 'A: b\r\n'.repeat(1999) })
  void connection.write(ok)
  await client.readUntil('hi')
  await scene.ended()
  void client.write(scene.requestText('/', { extra: 'A: b\r\n'.repeat(2000) }))
  const answer = (await client.readAll()).toString()
  expect(answer).toMatch(/^HTTP\/1\.1 431 /)
  expect(answer).toContain('more than 2000 fields')
  await scene.ended()
})

test('both bounds can be set', async () => {
  await using scene = await openScene({ headLimit: 300, fieldLimit: 3 })
  for (const extra of [`X: ${'x'.repeat(300)}\r\n`, 'A: b\r\n'.repeat(3)]) {
    await using client = await connectClient(scene.proxy.port)
    void client.write(scene.requestText('/', { extra }))
    expect((await client.readAll()).toString()).toMatch(/^HTTP\/1\.1 431 /)
    await scene.ended()
  }
})

test('a head without an end is refused at the bound, not gathered', async () => {
  await using scene = await openScene()
  await using client = await connectClient(scene.proxy.port)
  void client.write('GET http://x/ HTTP/1.1\r\n')
  const line = `A: ${'x'.repeat(1000)}\r\n`
  for (let size = 0; size < 100_000 * KiB && client.closing === undefined; size += line.length) {
    await client.write(line)
    if (client.peek() !== '') break
  }
  expect(client.peek()).toMatch(/^HTTP\/1\.1 431 /)
  await scene.ended()
})

test('pipelined requests wait in order, in bounded memory, and are all answered', async () => {
  await using scene = await openScene()
  const client = await scene.client()
  const extra = `X: ${'x'.repeat(20_000)}\r\n`
  const count = 1500
  const one = scene.requestText('/', { extra })
  const all = client.write(one.repeat(count))
  const { connection } = await scene.origin.request()
  // While the first one is under way, the client is not read beyond a bound: what the kernels hold, and a little.
  for (let before = -1; before !== client.accepted;) {
    before = client.accepted
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  expect(client.accepted).toBeLessThan(16 * KiB * KiB)
  void connection.write(ok)
  let answered = 1
  connection.socket.removeAllListeners('data')
  let pending = ''
  connection.socket.on('data', (bytes: Buffer) => {
    pending += bytes.toString('latin1')
    for (let at = pending.indexOf('\r\n\r\n'); at !== -1; at = pending.indexOf('\r\n\r\n')) {
      pending = pending.slice(at + 4)
      answered++
      void connection.write(ok)
    }
  })
  await client.readUntil(count * ok.length)
  expect(answered).toBe(count)
  await all
  expect(scene.origin.accepted).toBe(1)
  await expect.poll(() => scene.proxy.engine.flows.size).toBe(count)
})

test('interim responses pass, and a flood of them ends', async () => {
  await using scene = await openScene()
  const { client, connection } = await scene.ask()
  const hints = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nConnection: X\r\nX: 1\r\n\r\n'
  void connection.write(hints.repeat(3) + ok)
  const passed = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n'
  expect(await client.readText('hi')).toBe(`${passed}\r\n`.repeat(3) + ok)
  expect((await scene.ended()).informational).toEqual([passed, passed, passed])
  void client.write(scene.requestText('/flooded'))
  await connection.readUntil('\r\n\r\n')
  void connection.write(hints.repeat(100) + ok)
  expect(await client.readText('(from Spillway)\n')).toContain('too many interim responses')
  const flow = await scene.ended()
  expect(flow.error?.code).toBe('BAD_RESPONSE')
  expect(flow.informational.length).toBeLessThan(100)
})
