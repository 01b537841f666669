/** Event streams that all live at once, each event everywhere before the next. The built program. */
import { peakBytes, residentBytes } from '../bench/measure/memory.ts'
import { startSpillway } from '../e2e/fixtures/spillway.ts'
import { chunk } from '../main/testing/bytes.ts'
import { connectClient } from '../main/testing/raw-client.ts'
import { startOrigin } from '../main/testing/scripted-origin.ts'
import type { WireEnd } from '../main/testing/wire-end.ts'
import { within } from './within.ts'

const MiB = 1024 * 1024
const patienceMs = 60_000
/** So that no queue of a listening socket overflows. */
const group = 100
/** A stream costs some KiB on our side. */
const mostPerStream = 60 * 1024
const base = 130 * MiB

/**
 * In words, what it has taken. Half of the streams end by themselves, of the others the clients leave. Rejects when an
 * event does not come, an end is not what it was, an origin is not let go, or when they take too much. Both processes
 * need twice as many open files, and some.
 */
export async function eventStreams(count: number, events: number): Promise<string[]> {
  await using spillway = await startSpillway([], { openFiles: 2 * count + 2000 })
  await using origin = await startOrigin()
  const before = residentBytes(spillway.pid)
  const began = performance.now()
  // By index: the origin reads from the path which client a connection is for.
  const servers: WireEnd[] = []
  const open = async (index: number): Promise<WireEnd> => {
    const client = await connectClient(spillway.listeningPort)
    void client.write(`GET http://${origin.authority}/${index} HTTP/1.1\r\nHost: ${origin.authority}\r\n\r\n`)
    const { connection, head } = await origin.request()
    servers[Number(/^GET \/(\d+) /.exec(head)?.[1])] = connection
    void connection.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n')
    await within(patienceMs, client.readUntil('\r\n\r\n'), `the head of stream ${index}`)
    return client
  }
  const clients: WireEnd[] = []
  for (let from = 0; from < count; from += group) {
    const indexes = Array.from({ length: Math.min(group, count - from) }, (_, at) => from + at)
    clients.push(...(await Promise.all(indexes.map(open))))
  }
  const opened = performance.now()
  for (let n = 1; n <= events; n++) {
    const event = chunk(`data: ${n}\n\n`)
    for (const server of servers) void server.write(event)
    const all = Promise.all(clients.map((client) => client.readText(event.length)))
    const got = new Set(await within(patienceMs, all, `event ${n} everywhere`))
    if (got.size !== 1 || !got.has(event.toString())) throw new Error(`event ${n} is ${[...got].join(', ')}`)
  }
  const spoken = performance.now()
  const during = residentBytes(spillway.pid)
  const ends = servers.map(async (server, index) => {
    const client = clients[index]
    if (index % 2 === 0) {
      void server.write('0\r\n\r\n')
      await client?.readUntil('0\r\n\r\n')
    }
    client?.destroy()
    if (index % 2 === 1) await server.closed
  })
  await within(patienceMs, Promise.all(ends), 'the end of every stream')
  await spillway.until(() => spillway.flows.length === count)
  for (const { url, error, delivery, response } of spillway.flows) {
    const left = Number(/\d+$/.exec(url)?.[0]) % 2 === 1
    const passed = response?.chunks === events && response.deliveredChunks === events
    if ((error?.code === 'CLIENT_CLOSED') !== left || (error !== null) !== left || delivery !== 'streamed' || !passed) {
      throw new Error(
        `${url} has ended with ${error?.message ?? 'nothing'}, ${delivery}, ${response?.deliveredChunks} events`,
      )
    }
  }
  const peak = peakBytes(spillway.pid)
  const told = [
    `${count} event streams opened in ${Math.round(opened - began)} ms; ${events} events to all in ${Math.round(spoken - opened)} ms`,
    `resident before ${Math.round(before / MiB)} MiB, with all streams ${Math.round(during / MiB)}, peak ${Math.round(peak / MiB)}`,
  ]
  if (peak > base + count * mostPerStream) throw new Error(`too much for ${told.join('; ')}`)
  return told
}
