/** The columns of the list: their widths by hand and by keys, and what is said of those that have no room. */
import { expect } from 'vitest'
import { get, Origin } from '../../app/headless/testing/origin.ts'
import { see, soon, startHost, test } from '../fixtures/anywhere.ts'
import type { SpillwayWindow } from '../pages/spillway-window.ts'

const column = ({ flows }: SpillwayWindow, name: string) => flows.grid.getByRole('columnheader', { name, exact: true })
const widthOf = async (window: SpillwayWindow, name: string): Promise<number> =>
  (await column(window, name).boundingBox())?.width ?? 0
const sideways = ({ flows }: SpillwayWindow): Promise<number> =>
  flows.grid.evaluate(`((grid) => grid.scrollWidth - grid.clientWidth)(document.querySelector('[role=grid]'))`)

test('the path is as wide as its user wants it, by pointer and by keys, and so after a reload', async ({ open }) => {
  await using host = await startHost()
  await using window = await open(host)
  const { page } = window
  const before = await widthOf(window, 'Path')
  const box = (await column(window, 'Path').boundingBox())!
  await page.mouse.move(box.x + box.width + 4, box.y + 15)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width - 80, box.y + 15, { steps: 4 })
  await page.mouse.up()
  expect(await widthOf(window, 'Path')).toBeCloseTo(before - 84, 0)
  await column(window, 'Path').getByRole('button').focus()
  await page.keyboard.press('Shift+ArrowLeft')
  expect(await widthOf(window, 'Path')).toBeCloseTo(before - 100, 0)
  await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('Shift+ArrowRight')
  expect(await widthOf(window, 'Path')).toBeCloseTo(before - 68, 0)
  expect(await sideways(window)).toBe(0)
  await page.reload()
  await window.ready()
  await expect.poll(() => widthOf(window, 'Path'), soon).toBeCloseTo(before - 68, 0)

  // Wider than there is room for: then the list scrolls sideways.
  await column(window, 'Path').getByRole('button').focus()
  for (let n = 0; n < 30; n++) await page.keyboard.press('Shift+ArrowRight')
  expect(await widthOf(window, 'Path')).toBeCloseTo(before - 68 + 480, 0)
  await expect.poll(() => sideways(window), soon).toBeGreaterThan(0)
  await page.getByRole('button', { name: /^Choose columns/ }).click()
  await page.getByRole('menuitem', { name: 'Usual columns' }).click()
  expect(await widthOf(window, 'Path')).toBeCloseTo(before, 0)
})

test('beside the inspector, path and type keep their room, and the menu says which columns have none', async ({
  open,
}) => {
  await using origin = await Origin.start((_, response) => response.end('hello'))
  await using host = await startHost({ args: ['--stream', '3m'] })
  await using window = await open(host, { width: 1440, height: 900 })
  const { page, flows, inspector } = window
  await get(host.listeningPort, origin.url('/v1/some/longer/path?with=a&query'))
  await flows.rows.first().click()
  await inspector.region.waitFor()
  expect(await widthOf(window, 'Path')).toBeGreaterThanOrEqual(160)
  await see(column(window, 'Type')).toBeVisible()
  await see(column(window, 'Method')).toBeVisible()
  await see(column(window, 'Rate')).toHaveCount(0)
  expect(await sideways(window)).toBe(0)
  await page.getByRole('button', { name: 'Choose columns (2 have no room)' }).click()
  const rate = page.getByRole('menuitemcheckbox', { name: 'Rate no room' })
  await see(rate).toBeChecked()
  // Asked for once more it is shown, wherever it goes.
  await rate.click()
  await page.getByRole('menuitemcheckbox', { name: 'Rate' }).click()
  await page.keyboard.press('Escape')
  await see(column(window, 'Rate')).toBeAttached()
})
