/** How the window feels with much in it, measured by the browser itself. */
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { median } from '../../bench/measure/statistics.ts'
import { chunk } from '../../main/testing/bytes.ts'
import { connectClient } from '../../main/testing/raw-client.ts'
import { startOrigin } from '../../main/testing/scripted-origin.ts'
import { inTime, quiet, slownessIn, stretched, type Slowness } from '../../main/testing/slowness.ts'
import type { WireEnd } from '../../main/testing/wire-end.ts'
import { report, rounded } from '../fixtures/report.ts'
import { soon, startHost, test, type WindowHost } from '../fixtures/window.ts'
import { SmallRequests, startSmallOrigin } from '../load/small-requests.ts'
import type { SpillwayWindow } from '../pages/spillway-window.ts'

/** From the start of the process to the first paint with content, in ms; the browser runs already. */
async function firstPaint(open: (host: WindowHost) => Promise<SpillwayWindow>): Promise<number> {
  const begun = Date.now()
  await using host = await startHost()
  await using window = await open(host)
  const painted = await window.page.evaluate<number>(
    `performance.timeOrigin + performance.getEntriesByName('first-contentful-paint')[0].startTime`,
  )
  return painted - begun
}

test('the first paint comes within a second of the start of the process', { timeout: 60_000 }, async ({ open }) => {
  await firstPaint(open)
  const times: number[] = []
  // Three that agree say it; a machine that has something else to do has some more.
  while (times.length < 3 || (times.length < 9 && median(times) >= 1000)) times.push(await firstPaint(open))
  report('first paint after the start of the process, ms', `${rounded(times)}: median ${Math.round(median(times))}`)
  expect(await inTime(median(times), 1000)).toBe('in time')
})

type Watched = { frames: number; ms: number; longest: number[] }

/** Counts frames and long tasks from now on, until `stop` is called in the page. */
const watch = `(() => {
  const longest = []
  const observer = new PerformanceObserver((list) => longest.push(...list.getEntries().map(({ duration }) => duration)))
  observer.observe({ type: 'longtask' })
  const begun = performance.now()
  let frames = 0
  let running = true
  const frame = () => {
    frames++
    if (running) requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
  globalThis.stopWatching = () => {
    running = false
    observer.disconnect()
    return { frames, ms: performance.now() - begun, longest }
  }
})()`

type Round = { does: string; act: (window: SpillwayWindow) => Promise<void> }

async function measured(window: SpillwayWindow, { act }: Round): Promise<Seen> {
  await window.page.evaluate(watch)
  await act(window)
  const { frames, ms, longest } = await window.page.evaluate<Watched>('stopWatching()')
  return { rate: (frames / ms) * 1000, longest: Math.max(0, ...longest) }
}

/** Turns the wheel over the list, up and down, for so long. */
async function scroll({ page, flows }: SpillwayWindow, ms = 2000): Promise<void> {
  const box = await flows.grid.boundingBox()
  if (!box) throw new Error('the list is not to be seen')
  await page.mouse.move(box.x + box.width / 3, box.y + box.height / 2)
  const begun = performance.now()
  for (let turns = 0; performance.now() - begun < ms; turns++) {
    await page.mouse.wheel(0, turns % 60 < 30 ? -900 : 700)
    await sleep(16)
  }
}

const heading = ({ flows }: SpillwayWindow, name: string) =>
  flows.grid.getByRole('columnheader', { name }).getByRole('button')

/** Clicks until the list is in this order of sizes, whatever it was in before. */
async function bySize(window: SpillwayWindow, order: 'descending' | 'none'): Promise<void> {
  const column = window.flows.grid.getByRole('columnheader', { name: 'Size' })
  while ((await column.getAttribute('aria-sort')) !== order) await heading(window, 'Size').click()
}

/** Frames a second, of 60 there may be; on a machine that is twice as slow at the moment, half of it. */
const leastRate = 50
/** In ms; on such a machine twice as long, and interrupted as long as anything else is. */
const longTask = 50
/** A machine that has something else to do for a moment is not the window: a round that is not smooth is done again. */
const tries = 4

type Seen = { rate: number; longest: number }

const isSmooth = ({ rate, longest }: Seen, slow: Slowness): boolean =>
  rate > leastRate / slow.times && longest <= stretched(longTask, slow)

function inWords({ rate, longest }: Seen, slow: Slowness): string {
  const figures = `${Math.round(rate)} frames a second, longest task over 50 ms ${Math.round(longest)}`
  if (slow === quiet) return figures
  return `${figures} (a machine ${slow.times.toFixed(1)} times as slow, stalls ${Math.round(slow.stalledMs)} ms)`
}

const rounds: Round[] = [
  { does: 'scrolling', act: (window) => scroll(window) },
  {
    does: 'sorting by host, path, size, time and delivery',
    act: async (window) => {
      for (const name of ['Host', 'Path', 'Size', 'Time', 'Delivery and why']) {
        await heading(window, name).click()
        await sleep(300)
        await heading(window, name).click()
        await sleep(300)
      }
    },
  },
  {
    does: 'scrolling in the order of size',
    act: async (window) => {
      await bySize(window, 'descending')
      await scroll(window)
    },
  },
  {
    does: 'typing into the filter, in the order of size',
    act: async (window) => {
      const { page, capture } = window
      await bySize(window, 'descending')
      await capture.filter.focus()
      for (const text of ['orders -pending', 'buffered status:2xx', 'nothing at all']) {
        await page.keyboard.type(text, { delay: 60 })
        await sleep(200)
        await page.keyboard.press('Escape')
        await sleep(200)
      }
    },
  },
  {
    does: 'scrolling a filtered list in the order of arrival',
    act: async (window) => {
      await bySize(window, 'none')
      await window.capture.filter.fill('buffered users')
      await scroll(window)
    },
  },
  {
    does: 'going through flows with the inspector open',
    act: async ({ page, capture, flows, inspector }) => {
      await capture.filter.fill('')
      // By keys: rows that move on are no target for a pointer.
      await flows.grid.focus()
      await page.keyboard.press('End')
      await page.keyboard.press('Enter')
      await inspector.region.waitFor()
      for (let n = 0; n < 40; n++) {
        await page.keyboard.press(n < 20 ? 'k' : 'j')
        await sleep(50)
      }
    },
  },
]

test(
  '100,000 flows and 200 updates a second: scrolling, sorting, filtering and inspecting without a long task',
  { timeout: 240_000 },
  async ({ open }) => {
    await using host = await startHost()
    await using origin = await startSmallOrigin()
    await using live = await startOrigin()
    using requests = await SmallRequests.open(host.listeningPort, origin.port, 16)
    const filling = performance.now()
    await requests.rush(100_000)
    const filled = performance.now()
    await using window = await open(host)
    const { flows } = window
    await expect.poll(() => flows.count(), { ...soon, timeout: 20_000 }).toBe(100_000)
    const listed = performance.now()

    const streams: WireEnd[] = []
    for (let n = 0; n < 20; n++) {
      const client = await connectClient(host.listeningPort)
      void client.write(`GET http://${live.authority}/live/${n} HTTP/1.1\r\nHost: ${live.authority}\r\n\r\n`)
      client.socket.on('data', () => void client.peek())
      const { connection } = await live.request()
      void connection.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n')
      streams.push(connection)
    }
    // A hundred of new flows, a hundred of streams that grow.
    let updates = 0
    const event = chunk(`data: ${'x'.repeat(200)}\n\n`)
    const growing = setInterval(() => void streams[updates++ % streams.length]?.write(event), 10)
    let going = true
    const arriving = (async () => {
      while (going) await requests.steadily(100, 250)
    })()

    const lines: string[] = []
    const rough: string[] = []
    for (const round of rounds) {
      const seen: string[] = []
      let smooth = false
      while (!smooth && seen.length < tries) {
        const now = await measured(window, round)
        // Beside the same traffic, on the same thread.
        const slow = isSmooth(now, quiet) ? quiet : await slownessIn(window.page)
        smooth = isSmooth(now, slow)
        seen.push(inWords(now, slow))
      }
      const line = `${round.does}: ${seen.join(', ')}`
      lines.push(line)
      if (!smooth) rough.push(line)
    }
    clearInterval(growing)
    going = false
    await arriving
    report(
      '100,000 flows in the window, 200 updates a second',
      `100,000 requests took ${Math.round(filled - filling)} ms, listing them in a new window ${Math.round(listed - filled)} ms`,
      ...lines,
    )
    expect(updates).toBeGreaterThan(700)
    expect(rough).toEqual([])
  },
)
