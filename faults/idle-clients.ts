/** Clients that keep their connections and ask for nothing, while others are served. The built program. */
import { Origin, head, text } from '../app/headless/testing/origin.ts'
import { peakBytes } from '../bench/measure/memory.ts'
import { connectClient } from '../main/testing/raw-client.ts'
import type { WireEnd } from '../main/testing/wire-end.ts'
import { startSpillway } from '../e2e/fixtures/spillway.ts'
import { within } from './within.ts'

const MiB = 1024 * 1024
const patienceMs = 60_000
/** So that no queue of a listening socket overflows. */
const group = 100
/** A connection costs some KiB on our side, and some of its system's. */
const mostPerClient = 40 * 1024
const base = 160 * MiB

/**
 * In words, what it has taken. Rejects when one is lost, when somebody else is not served, or when they take too much.
 * Both processes need as many open files, and some.
 */
export async function idleClients(count: number): Promise<string> {
  await using spillway = await startSpillway([], { openFiles: count + 2000 })
  await using origin = await Origin.start((request, response) => response.end(request.url))
  const ask = async (client: WireEnd, path: string): Promise<void> => {
    void client.write(`GET ${origin.url(path)} HTTP/1.1\r\nHost: h\r\n\r\n`)
    await within(patienceMs, client.readUntil(`\r\n\r\n${path}`), path)
  }
  const clients: WireEnd[] = []
  for (let from = 0; from < count; from += group) {
    const more = Array.from({ length: Math.min(group, count - from) }, async (_, index) => {
      const client = await connectClient(spillway.listeningPort)
      await ask(client, `/first-${from + index}.`)
      return client
    })
    clients.push(...(await Promise.all(more)))
  }
  const began = performance.now()
  for (let n = 0; n < 50; n++) {
    const got = await text(await head(spillway.listeningPort, origin.url(`/another-${n}`)))
    if (got !== `/another-${n}`) throw new Error(`another client got ${got}`)
  }
  const took = (performance.now() - began) / 50
  for (let from = 0; from < count; from += group) {
    await Promise.all(clients.slice(from, from + group).map((client, index) => ask(client, `/second-${from + index}.`)))
  }
  const lost = clients.filter(({ closing }) => closing !== undefined).length
  for (const client of clients) client.destroy()
  await spillway.until(() => spillway.flows.length === 2 * count + 50)
  const failed = spillway.flows.filter(({ error }) => error !== null).length
  if (lost > 0 || failed > 0) throw new Error(`of ${count} idle clients ${lost} were lost, and ${failed} flows failed`)
  const peak = peakBytes(spillway.pid)
  const told = `${count} idle clients: another one is served in ${took.toFixed(1)} ms; ${Math.round(peak / MiB)} MiB at most`
  if (peak > base + count * mostPerClient) throw new Error(`too much for ${told}`)
  return told
}
