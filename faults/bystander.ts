/** Somebody who has nothing to do with it: an event stream through the same engine, each event seen before the next. */
import { setTimeout as pause } from 'node:timers/promises'
import { chunk } from '../main/testing/bytes.ts'
import { connectClient } from '../main/testing/raw-client.ts'
import { startOrigin } from '../main/testing/scripted-origin.ts'
import { within } from './within.ts'

const pauseMs = 5
/** An event takes a millisecond. */
const patienceMs = 10_000

export type Bystander = AsyncDisposable & {
  /** Events that have arrived. */
  events: () => number
  /** Resolves when so many more have; rejects when they do not come. */
  more: (count: number) => Promise<void>
}

export async function startBystander(proxyPort: number): Promise<Bystander> {
  const origin = await startOrigin()
  const client = await connectClient(proxyPort)
  void client.write(`GET http://${origin.authority}/bystander HTTP/1.1\r\nHost: ${origin.authority}\r\n\r\n`)
  const { connection } = await origin.request()
  void connection.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n')
  await client.readUntil('\r\n\r\n')
  let events = 0
  let over = false
  const run = async (): Promise<void> => {
    while (!over) {
      const event = chunk(`data: ${events}\n\n`)
      void connection.write(event)
      const got = await within(patienceMs, client.readText(event.length), 'the next event of a stream beside it')
      if (got !== event.toString()) throw new Error(`a stream beside it got ${got} instead of ${event.toString()}`)
      events++
      await pause(pauseMs)
    }
    void connection.write('0\r\n\r\n')
    await within(patienceMs, client.readUntil('0\r\n\r\n'), 'the end of a stream beside it')
  }
  const running = run()
  // Told to whoever waits for it, and at the end.
  running.catch(() => (over = true))
  return {
    events: () => events,
    async more(count) {
      const wanted = events + count
      const seen = async (): Promise<void> => {
        while (events < wanted && !over) await pause(pauseMs)
      }
      await Promise.race([seen(), running])
    },
    async [Symbol.asyncDispose]() {
      over = true
      try {
        await running
      } finally {
        client.destroy()
        await origin[Symbol.asyncDispose]()
      }
    },
  }
}
