/** Limits in time, and a process that did not run meanwhile: its timers are served before what waits on its sockets. */
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { chunk } from '../testing/bytes.ts'
import { connectClient } from '../testing/raw-client.ts'
import { openScene } from '../testing/scene.ts'
import { startOrigin } from '../testing/scripted-origin.ts'
import { awakeTimeout } from './awake.ts'

/** As a machine that sleeps, or others that have the processor. */
function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

// On a machine that was busy for 400 ms, an event stream with an event every 5 ms was ended for its silence.
test('what came while nothing ran was no silence: a stream with a limit goes on', async () => {
  const idleLimitMs = 200
  await using scene = await openScene({ idleLimitMs })
  const { client, connection } = await scene.ask()
  void connection.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n')
  await client.readUntil('\r\n\r\n')
  for (let n = 0; n < 3; n++) {
    // Two looks see it as it is now.
    await new Promise((resolve) => setTimeout(resolve, idleLimitMs / 2))
    // Behind the sockets of this turn of the event loop, so that its timers are next.
    await setImmediate()
    void connection.write(chunk('data: event\n\n'))
    standStill(3 * idleLimitMs)
    await client.readUntil('event\n\n\r\n')
  }
  // And one that says nothing is ended as ever.
  expect((await scene.ended()).error).toMatchObject({ code: 'IDLE', phase: 'response-body' })
})

test('a time that was slept through begins again, once', async () => {
  const began = performance.now()
  const over = new Promise<number>((resolve) => awakeTimeout(50, () => resolve(performance.now() - began)))
  standStill(500)
  expect(await over).toBeGreaterThan(540)
})

test('what has come by then is heard before the time is over', async () => {
  await using origin = await startOrigin()
  await using client = await connectClient(origin.port)
  const server = await origin.accept()
  const order: string[] = []
  const heard = client.readUntil('word').then(() => order.push('heard'))
  await setImmediate()
  const over = new Promise<void>((resolve) => awakeTimeout(20, resolve)).then(() => order.push('over'))
  void server.write('word')
  standStill(100)
  await Promise.all([heard, over])
  expect(order).toEqual(['heard', 'over'])
})
