import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FramePort } from './frame-port.ts'
import { FrameReader } from './frame-reader.ts'
import { frameType, fromWorker } from './frame-types.ts'

const MiB = 1024 * 1024
const chunk = Buffer.alloc(64 * 1024, 7)

/** A port, and the socket at its other end, which nobody reads yet; local ones, as sandboxes have: little fits in between. */
async function joined(): Promise<{ port: FramePort; sender: Socket; receiver: Socket } & Disposable> {
  const folder = mkdtempSync(join(tmpdir(), 'spillway-port-'))
  const path = join(folder, 'port')
  const server = createServer()
  server.listen(path)
  await once(server, 'listening')
  const sender = connect(path)
  const [[receiver]] = (await Promise.all([once(server, 'connection'), once(sender, 'connect')])) as [[Socket], unknown]
  const port = new FramePort()
  port.attach(sender)
  const dispose = (): void => {
    for (const one of [sender, receiver]) one.destroy()
    server.close()
    rmSync(folder, { recursive: true })
  }
  return { port, sender, receiver, [Symbol.dispose]: dispose }
}

function send(port: FramePort, channel: number): void {
  port.frame(frameType.chunk, channel, chunk)
  port.send()
}

// Forty of fifty streams stood still while ten others, which need not wait, kept the queue from ever being empty.
test('who waits for room gets it though others never let the queue be empty', async () => {
  using one = await joined()
  const { port, receiver } = one
  const most = 4 * MiB
  while (port.queued <= 2 * most) send(port, 1)
  const order: number[] = []
  const waiting = [1, 2, 3].map(async (nth) => {
    await port.room(most)
    order.push(nth)
  })
  // The others send, too: half of what is read while much is queued, then as much as is read.
  let owed = 0
  receiver.on('data', (bytes: Buffer) => {
    owed += port.queued > most / 2 ? bytes.length / 2 : bytes.length
    for (; owed >= chunk.length; owed -= chunk.length) send(port, 2)
  })
  await Promise.all(waiting)
  expect(order).toEqual([1, 2, 3])
  expect(port.queued).toBeLessThanOrEqual(most)
  expect(port.queued).toBeGreaterThan(0)
})

test('all that was sent arrives in order, however far the other end is behind', async () => {
  using one = await joined()
  const { port, receiver } = one
  const got: { channel: number; intact: boolean }[] = []
  const reader = new FrameReader(fromWorker, (_, channel, bytes, from, to) =>
    got.push({ channel, intact: Buffer.alloc(to - from, channel).equals(bytes.subarray(from, to)) }),
  )
  const count = 200
  const all = Promise.withResolvers<undefined>()
  receiver.on('data', (bytes: Buffer) => {
    reader.feed(bytes)
    if (got.length === count) all.resolve(undefined)
  })
  for (let channel = 0; channel < count; channel++) {
    port.frame(frameType.chunk, channel, Buffer.alloc((channel % 7) * 30_000 + 1, channel))
    if (channel % 3 === 0) port.flush()
    else port.send()
    if (channel % 50 === 49) await port.room(MiB)
  }
  await all.promise
  expect(got).toEqual(Array.from({ length: count }, (_, channel) => ({ channel, intact: true })))
})
