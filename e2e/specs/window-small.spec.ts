/** The window as small as it may be, and as large letters make it: nothing is cut off, and nothing moves. */
import { expect } from 'vitest'
import { get, Origin } from '../../app/headless/testing/origin.ts'
import { see, soon, startHost, test } from '../fixtures/anywhere.ts'
import type { SpillwayWindow } from '../pages/spillway-window.ts'

/** What reaches beyond the window, or could be scrolled sideways though it should not; captured bytes in the inspector may. */
const beyond = (window: SpillwayWindow): Promise<string[]> =>
  window.page.evaluate(`(() => {
    const seen = (element) => element.checkVisibility() && element.getBoundingClientRect().width > 1
    const outside = [...document.querySelectorAll('header *, nav *, footer, main button, main input, [role=grid]')]
      .filter((element) => seen(element) && !element.closest('[role=grid] *'))
      .filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5)
    const wide = [...document.querySelectorAll('html, body, #root, #root *')].filter(
      (element) => !element.closest('[aria-label=Inspector]') && element.scrollWidth > element.clientWidth && /auto|scroll/.test(getComputedStyle(element).overflowX),
    )
    const root = document.scrollingElement
    return [...outside, ...wide, ...(root.scrollWidth > innerWidth ? [root] : [])].map((element) => element.outerHTML.slice(0, 120))
  })()`)

const smallest = [
  { width: 760, height: 480, is: 'the smallest of the desktop app' },
  { width: 720, height: 450, is: 'one of 1440 pixels at 200 %' },
]

for (const { width, height, is } of smallest) {
  test(`${is}, ${width} × ${height}: nothing is cut off or scrolls sideways`, async ({ open }) => {
    await using origin = await Origin.start((_, response) => response.end('hello'))
    await using host = await startHost({ args: ['--stream', '3m'] })
    await using window = await open(host, { width, height })
    const { page, capture, flows, inspector } = window
    expect(await beyond(window)).toEqual([])
    await get(host.listeningPort, origin.url('/v1/some/longer/path?with=a&query'))
    await flows.rows.first().waitFor()
    expect(await beyond(window)).toEqual([])
    for (const button of [capture.stop, capture.connect, capture.sizeRule('Stream > 3m'), capture.clear]) {
      await see(button).toBeInViewport({ ratio: 1 })
    }
    expect((await capture.filter.boundingBox())?.width).toBeGreaterThan(160)
    await flows.rows.first().click()
    await inspector.region.waitFor()
    expect(await beyond(window)).toEqual([])
    await page.keyboard.press('Escape')
    await window.go('Settings')
    await window.settings.search.waitFor()
    expect(await beyond(window)).toEqual([])
    await capture.connect.click()
    await see(page.getByRole('dialog', { name: 'Connect a client' })).toBeVisible()
    expect(await beyond(window)).toEqual([])
  })
}

// The address took the place that "not listening" had left it, and more: everything behind it moved.
test('nothing moves when the capture stops and starts', async ({ open }) => {
  await using host = await startHost()
  await using window = await open(host)
  const { capture } = window
  const places = async (): Promise<unknown[]> =>
    Promise.all(
      [capture.connect, capture.filter, capture.sizeRule('No size rule')].map((button) => button.boundingBox()),
    )
  const before = await places()
  await capture.stop.click()
  await expect.poll(() => capture.status.textContent(), soon).toBe('Stopped')
  await capture.start.waitFor()
  expect(await places()).toEqual(before)
  await capture.start.click()
  await capture.stop.waitFor()
  await see(capture.status).toHaveText(/^Capturing/)
  expect(await places()).toEqual(before)
})
