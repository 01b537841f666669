/** Recorded bodies of any size: every place is near, and can be found. */
import { expect } from 'vitest'
import { get, Origin } from '../../app/headless/testing/origin.ts'
import { see, soon, startHost, test, type WindowHost } from '../fixtures/window.ts'
import type { SpillwayWindow } from '../pages/spillway-window.ts'

const serving = (type: string, body: string): Promise<Origin> =>
  Origin.start((_, response) => response.setHeader('Content-Type', type).end(body))

async function opened({ flows, inspector }: SpillwayWindow, host: WindowHost, url: string): Promise<void> {
  await get(host.listeningPort, url)
  await flows.row(new URL(url).pathname).click()
  await inspector.tab('Response')
  await inspector.body.waitFor()
}

// Of 600,000 lines the End key, pressed twelve times, reached line 16,861: a page was known only when the one before
// had been read. And Ctrl+F put what was typed into the filter of the list, which then said "No flow matches".
test('the end of a large text is one key away, and what is in it is found', async ({ open }) => {
  const lines = 200_000
  const text = Array.from({ length: lines }, (_, line) => `line ${line + 1} of many, with words in it\n`).join('')
  await using origin = await serving('text/plain', text)
  await using host = await startHost()
  await using window = await open(host)
  const { page, inspector, flows, capture } = window
  await opened(window, host, origin.url('/lines'))
  await see(inspector.body).toContainText('line 1 of many')
  await inspector.body.focus()

  await page.keyboard.press('End')
  const last = inspector.body.getByText(`line ${lines} of many`)
  await see(last).toBeInViewport()
  await see(last).toHaveAttribute('data-line', String(lines))
  await page.keyboard.press('Home')
  await see(inspector.body.getByText('line 1 of many')).toBeInViewport()

  // Anywhere in between, by the scroll bar.
  await page.evaluate('(() => { const box = document.activeElement; box.scrollTop = box.scrollHeight / 2 })()')
  await see(inspector.body.getByText(/^line (9[89]|10[0-3])\d{3} of many/).nth(26)).toBeInViewport()

  await page.keyboard.press('Control+f')
  const query = inspector.region.getByRole('textbox', { name: 'Find in the body' })
  await see(query).toBeFocused()
  await page.keyboard.type('LINE 19999')
  const found = inspector.region.getByRole('search').getByRole('status')
  await see(found).toHaveText('2 of 11')
  await see(inspector.body.getByText('line 199990 of many')).toBeInViewport()
  await page.keyboard.press('Shift+Enter')
  await see(found).toHaveText('1 of 11')
  await see(inspector.body.getByText('line 19999 of many')).toBeInViewport()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  await see(found).toHaveText('3 of 11')
  expect(await capture.filter.inputValue()).toBe('')
  expect(await flows.count()).toBe(1)

  await page.keyboard.press('Escape')
  await see(query).toBeHidden()
  await see(inspector.body).toBeFocused()
  expect(await inspector.body.locator('mark').count()).toBe(0)
})

// A string of 4 MB in a JSON body held the window up for two and a half seconds.
test('JSON with a long value stands at once, shortened; all of it can be seen, and both can be searched', async ({
  open,
}) => {
  const json = JSON.stringify({ first: 1, data: `${'iVBORw0KGgo'.repeat(400_000)}needle`, last: 'here' })
  await using origin = await serving('application/json', json)
  await using host = await startHost()
  await using window = await open(host)
  const { page, inspector } = window
  await opened(window, host, origin.url('/json'))
  await see(inspector.says('One long value is shortened here')).toBeVisible()
  await see(inspector.body).toContainText('"last": "here"')
  await see(inspector.body.getByRole('button', { name: '… 4.2 MB more …' })).toBeVisible()

  await inspector.body.focus()
  await page.keyboard.press('Control+f')
  await page.keyboard.type('"LAST"')
  const found = inspector.region.getByRole('search').getByRole('status')
  await see(found).toHaveText('1 of 1')
  await page.keyboard.press('Control+a')
  await page.keyboard.type('ggoneedle')
  await inspector.link('Show everything').click()
  // The same is searched for in what is shown now.
  await see(found).toHaveText('1 of 1')
  await expect.poll(() => inspector.body.locator('mark').allTextContents(), soon).toEqual(['Ggoneedle'])
})
