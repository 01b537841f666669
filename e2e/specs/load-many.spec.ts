/** Many at once, by one process: event streams that all live, and clients that idle while others are served. */
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { head, Origin, text } from '../../app/headless/testing/origin.ts'
import { peakBytes, residentBytes } from '../../bench/measure/memory.ts'
import { median } from '../../bench/measure/statistics.ts'
import { eventStreams } from '../../faults/event-streams.ts'
import { connectClient } from '../../main/testing/raw-client.ts'
import type { WireEnd } from '../../main/testing/wire-end.ts'
import { report } from '../fixtures/report.ts'
import { startSpillway } from '../fixtures/spillway.ts'
import { test } from '../fixtures/test.ts'

const MiB = 1024 * 1024
/** Of the proxy: two connections for each of 5,000 clients, and some. The tests' own process needs as many. */
const openFiles = 12_000

function checkOwnLimit(): void {
  const [, limit = '0'] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1')) ?? []
  if (Number(limit) < openFiles) {
    throw new Error(`This test holds up to ${openFiles} open files, and ${limit} are allowed: raise the hard limit`)
  }
}

/** In groups, so that no queue of a listening socket overflows. */
async function inGroups<T>(count: number, size: number, make: (index: number) => Promise<T>): Promise<T[]> {
  const all: T[] = []
  for (let from = 0; from < count; from += size) {
    const group = Array.from({ length: Math.min(size, count - from) }, (_, index) => make(from + index))
    all.push(...(await Promise.all(group)))
  }
  return all
}

test('2,000 event streams to one origin, each event everywhere before the next', { timeout: 60_000 }, async () => {
  checkOwnLimit()
  report('event streams to one origin', ...(await eventStreams(2000, 5)))
})

test('5,000 idle keep-alive clients, and one more is served at once', { timeout: 60_000 }, async () => {
  checkOwnLimit()
  const idle = 5000
  await using spillway = await startSpillway([], { openFiles })
  await using origin = await Origin.start((request, response) => response.end(request.url))
  const before = residentBytes(spillway.pid)
  const ask = async (client: WireEnd, path: string): Promise<void> => {
    void client.write(`GET ${origin.url(path)} HTTP/1.1\r\nHost: h\r\n\r\n`)
    await client.readUntil(`\r\n\r\n${path}`)
  }
  /** How long fifty requests of others take, one after the other. */
  const others = async (path: string): Promise<number[]> => {
    const times: number[] = []
    for (let n = 0; n < 50; n++) {
      const start = performance.now()
      expect(await text(await head(spillway.listeningPort, origin.url(`${path}-${n}`)))).toBe(`${path}-${n}`)
      times.push(performance.now() - start)
    }
    return times
  }
  const alone = await others('/alone')
  const began = performance.now()
  const clients = await inGroups(idle, 100, async (index) => {
    const client = await connectClient(spillway.listeningPort)
    await ask(client, `/first-${index}.`)
    return client
  })
  const held = performance.now()
  const during = residentBytes(spillway.pid)
  const times = await others('/another')
  const usual = median(times)
  const worst = Math.max(...times)
  // All of them are still there.
  await inGroups(idle, 100, (index) => ask(clients[index]!, `/second-${index}.`))
  expect(clients.filter(({ closing }) => closing !== undefined)).toEqual([])
  for (const client of clients) client.destroy()
  await spillway.until(() => spillway.flows.length === 2 * idle + 100)
  expect(spillway.flows.filter(({ error }) => error !== null)).toEqual([])
  report(
    `${idle} idle keep-alive clients`,
    `connected and served once in ${Math.round(held - began)} ms; another client before: median ${median(alone).toFixed(1)} ms; then: median ${usual.toFixed(1)} ms, worst ${worst.toFixed(1)} ms`,
    `resident before ${Math.round(before / MiB)} MiB, with all ${Math.round(during / MiB)}, peak ${Math.round(peakBytes(spillway.pid) / MiB)}`,
  )
  // As fast as a person wants it, or at least as a machine that is busy with others serves anybody.
  expect(usual).toBeLessThan(Math.max(25, 5 * median(alone)))
  expect(worst).toBeLessThan(Math.max(500, 5 * Math.max(...alone)))
  expect(peakBytes(spillway.pid) / MiB).toBeLessThan(250)
})
