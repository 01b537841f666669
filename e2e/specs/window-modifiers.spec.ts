/**
 * Modifiers from the window, as somebody meets them: written in the editor, applied to curl's traffic, tried without
 * traffic, failing at a line that is marked, and never in the way of the window.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { Origin } from '../../app/headless/testing/origin.ts'
import { temporaryFolder } from '../../main/certificates/testing.ts'
import { curl } from '../fixtures/curl.ts'
import { see, soon, startHost, testAtDesk as test, type WindowHost } from '../fixtures/window.ts'
import type { Page } from '@playwright/test'
import type { SpillwayWindow } from '../pages/spillway-window.ts'

/** The old documentation's example. */
const fooToBar = `import { replace } from 'spillway'

export const match = { path: '/straddle*' }

export default async function* (chunks, flow) {
  yield* replace(chunks, 'foo', 'bar')
}
`

/** Each piece is written when the one before has left, so that they arrive as chunks of their own. */
const straddle = (pieces: readonly string[] = ['one fo', 'o two foo']): Promise<Origin> =>
  Origin.start((_, response) => {
    response.setHeader('Content-Type', 'text/plain; charset=utf-8')
    const send = ([piece, ...rest]: readonly string[]): void => {
      if (piece === undefined) response.end()
      else response.write(piece, () => send(rest))
    }
    send(pieces)
  })

/** Makes a modifier, writes it, saves it and switches it on; waits until it is applied. Its name. */
async function apply({ modifiers }: SpillwayWindow, source: string): Promise<string> {
  const name = await modifiers.makeEmpty()
  await see(modifiers.code(name)).toBeFocused()
  await modifiers.write(name, source)
  await modifiers.saveByKey()
  await modifiers.switch(name).click()
  await see(modifiers.editor(name).getByText('applied', { exact: true })).toBeVisible()
  return name
}

const ask = (host: WindowHost, url: string) => curl(host, [url])

test('foo becomes bar where it straddles chunks: in curl, in the dry run, and in the inspector', async ({ desk }) => {
  await using origin = await straddle()
  const { host, window } = desk
  const { modifiers, inspector, flows, page } = window
  // Recorded before there was any modifier, to be run on later.
  expect((await ask(host, origin.url('/straddle-before'))).text).toBe('one foo two foo')
  const name = await apply(window, fooToBar)

  expect(await ask(host, origin.url('/straddle'))).toMatchObject({ code: 0, text: 'one bar two bar' })
  expect((await ask(host, origin.url('/other'))).text).toBe('one foo two foo')
  const editor = modifiers.editor(name)
  await see(editor.getByText('1 flow', { exact: true })).toBeVisible()
  await see(editor.getByText('2 chunks in, 2 out')).toBeVisible()
  await see(page.getByRole('contentinfo').getByRole('button', { name: '1 modifier on' })).toBeVisible()

  // Without traffic: a text that is cut within "foo", then the flow of before.
  await editor.getByRole('button', { name: 'Dry run' }).click()
  await see(modifiers.dryRun.getByText('Ended')).toBeVisible()
  expect((await modifiers.rows()).some((cells) => cells[2]?.includes('bar'))).toBe(true)
  await modifiers.dryRun.getByRole('button', { name: 'on the sample' }).click()
  await modifiers.dryRun.getByRole('button', { name: 'Text', exact: true }).click()
  // What came of the sample does not stand under another name.
  await see(modifiers.steps).toHaveCount(0)
  await modifiers.dryRun.getByRole('textbox', { name: 'Text to run on' }).fill('one foo two')
  await modifiers.dryRun.getByRole('textbox', { name: 'Cut into chunks of' }).fill('6')
  await modifiers.dryRun.getByRole('button', { name: 'Run', exact: true }).click()
  await see(modifiers.dryRun.getByText('Ended')).toBeVisible()
  const outputs = (await modifiers.rows()).map((cells) => cells[2])
  expect((await modifiers.rows()).map((cells) => cells[1]).join('')).toBe('one foo two')
  expect(outputs.join('')).toBe('one bar two')
  await modifiers.dryRun.getByRole('button', { name: 'on pasted text' }).click()
  await modifiers.dryRun.getByRole('button', { name: 'Recorded flow' }).click()
  await modifiers.dryRun.getByRole('combobox', { name: 'Search recorded flows' }).fill('straddle-before')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await see(modifiers.dryRun.getByText('on GET /straddle-before')).toBeVisible()
  await expect
    .poll(async () => (await modifiers.rows()).map((cells) => cells[2]).join(''), soon)
    .toBe('one bar two bar')

  // What it did is on the flow, and both bodies.
  await window.go('Flows')
  await flows.row('/straddle').click()
  await inspector.says('it goes through the modifier').waitFor()
  await inspector.tab('Overview')
  await see(inspector.region.getByRole('row', { name: `${name.replace('.ts', '')} 15 B 15 B` })).toBeVisible()
  // As many bytes, and other ones.
  await see(inspector.region.getByText('Body: changed')).toBeVisible()
  await inspector.tab('Response')
  await inspector.body.getByText('one bar two bar').waitFor()
  await inspector.region.getByRole('button', { name: 'From the origin' }).click()
  await inspector.body.getByText('one foo two foo').waitFor()
  await inspector.link('Open modifier').click()
  await see(modifiers.code(name)).toBeVisible()
})

test('a dry run says where it would not run, follows every byte, and shows what was logged before a loop', async ({
  open,
}) => {
  await using origin = await straddle()
  await using host = await startHost()
  await using window = await open(host)
  const { modifiers, page } = window
  const { dryRun } = modifiers
  await ask(host, origin.url('/straddle'))
  await ask(host, origin.url('/other'))
  await window.go('Modifiers')
  await modifiers.makeEmpty()
  await modifiers.write(
    'modifier.ts',
    `import { gather, log } from 'spillway'
export const match = { path: '/straddle*', type: 'text/event-stream' }
export default async function* (chunks) {
  yield* gather(chunks, 9)
  log('all of it')
}`,
  )
  await page.keyboard.press('Control+Enter')
  await see(dryRun.getByText('Ended')).toBeVisible()
  await see(dryRun.getByText('Nothing was changed, only cut elsewhere')).toBeVisible()
  await see(dryRun.getByText('In traffic it would not run')).toHaveCount(0)
  await dryRun.getByRole('button', { name: 'on the sample' }).click()
  await dryRun.getByRole('button', { name: 'Recorded flow' }).click()
  // By its path it would run on the older one, but for the type.
  await see(dryRun.getByRole('option').first()).toContainText('/other')
  await modifiers.write(
    'modifier.ts',
    `import { log } from 'spillway'
export const match = { path: '/straddle*' }
export default async function* (chunks) {
  for await (const chunk of chunks) {
    log('before the loop')
    while (true) {}
  }
}`,
  )
  await dryRun.getByRole('option', { name: /other/ }).dblclick()
  await see(dryRun.getByText('In traffic it would not run on this flow: path is /other.')).toBeVisible()
  await see(dryRun.getByText('Failed')).toBeVisible()
  await see(dryRun.getByText('1 chunk, ')).toBeVisible()
  const rows = await modifiers.rows()
  expect(rows.map(([first]) => first)).toEqual(['×', 'log before the loop', expect.stringContaining('line 6 ')])
  await dryRun.getByRole('button', { name: 'on GET /other' }).click()
  await see(dryRun.getByRole('option').first()).toContainText('/straddle')
})

test('every starter shows on the sample what it does', async ({ open }) => {
  await using host = await startHost()
  await using window = await open(host)
  const { modifiers, page } = window
  const { dryRun } = modifiers
  await window.go('Modifiers')
  const shown: Record<string, string> = {}
  for (const name of [
    'Count bytes',
    'Cut after',
    'Drop events',
    'Inject event',
    'Redact JSON fields',
    'Replace text',
  ]) {
    await modifiers.new.click()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: new RegExp(`^${name}`) })
      .click()
    await see(modifiers.code(`${name.toLowerCase().replace(/ /g, '-')}.ts`)).toBeFocused()
    await page.keyboard.press('Control+Enter')
    await see(dryRun.getByText(/^(Ended|Failed)$/)).toBeVisible()
    await modifiers.steps.focus()
    const signs = new Set<string>()
    for (let at = 0; at < 4; at++) {
      for (const [sign = ''] of await modifiers.rows()) signs.add(sign)
      await page.keyboard.press('PageDown')
    }
    shown[name] = [...signs].sort().join('')
  }
  const text = (part: string): string => expect.stringContaining(part) as string
  expect(shown).toEqual({
    'Count bytes': text('log POST https://api.example.com/v1/chat/completions 49 chunks'),
    'Cut after': text('cutAfter has cut the body after 4096 bytes'),
    'Drop events': text('−'),
    'Inject event': text('+'),
    'Redact JSON fields': text('~'),
    'Replace text': '~',
  })
  await modifiers.new.click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Stream everything/ })
    .click()
  await see(modifiers.code('stream-everything.ts')).toBeFocused()
  await page.keyboard.press('Control+Enter')
  await see(dryRun.getByText('It changes nothing of the body; it decides the delivery: stream.')).toBeVisible()
})

test('a throw: curl sees an abort, the line is marked, the next flow is fine', async ({ desk }) => {
  await using origin = await straddle()
  const { host, window } = desk
  const { modifiers, inspector, flows, page } = window
  const throwing = `export default async function* (chunks, flow) {
  for await (const chunk of chunks) {
    yield chunk
    if (flow.request.url.endsWith('/bad')) throw new Error('no more of this')
  }
}
`
  const name = await apply(window, throwing)
  const { code } = await ask(host, origin.url('/bad'))
  expect([18, 56]).toContain(code)
  expect(await ask(host, origin.url('/good'))).toMatchObject({ code: 0, text: 'one foo two foo' })

  const editor = modifiers.editor(name)
  await see(editor.getByText(/threw Error: no more of this/)).toBeVisible()
  await editor.getByRole('button', { name: '1 problem' }).click()
  await see(modifiers.problems.getByRole('button', { name: /^Line 4.*no more of this/ })).toBeVisible()
  await modifiers.problems.getByRole('button', { name: /^Show flow \d+$/ }).click()
  await see(flows.row('/bad')).toBeVisible()
  await inspector.says('no more of this').waitFor()
  // From the flow back to the line.
  await inspector.link('Go to line 4').click()
  await see(modifiers.code(name)).toBeFocused()
  await page.keyboard.press('End')
  await page.keyboard.type(' // here')
  expect(await modifiers.code(name).textContent()).toContain("new Error('no more of this') // here")
})

test('broken code is saved, not applied: the last good version stays', async ({ desk }) => {
  await using origin = await straddle()
  const { host, window } = desk
  const { modifiers } = window
  const name = await apply(window, fooToBar)
  const editor = modifiers.editor(name)
  const file = (await editor.getByRole('heading').getAttribute('title')) ?? ''
  await modifiers.write(name, fooToBar.replace('yield*', 'yield* ('))
  await modifiers.saveByKey()
  await see(editor.getByText('The last version without a mistake is still the one applied.')).toBeVisible()
  await see(editor.getByText('last good version', { exact: true })).toBeVisible()
  // Said above the code and in the list of problems, once each, and not in messages over both.
  await editor.getByRole('button', { name: '1 problem' }).click()
  await see(modifiers.problems.getByRole('button', { name: /^Line/ })).toHaveCount(1)
  await see(modifiers.messages.getByText('compiled')).toHaveCount(0)
  expect((await ask(host, origin.url('/straddle'))).text).toBe('one bar two bar')
  await modifiers.write(name, fooToBar.replace("'bar'", "'BAR'"))
  await modifiers.saveByKey()
  await see(editor.getByText('The last version without a mistake')).toHaveCount(0)
  // Where somebody looks at something else it is told, as long as it is so.
  await window.go('Flows')
  writeFileSync(file, 'export default (')
  await see(modifiers.messages.getByText(/cannot be compiled/)).toBeVisible()
  writeFileSync(file, fooToBar.replace("'bar'", "'BAR'"))
  await see(modifiers.messages.getByText(/cannot be compiled/)).toHaveCount(0)
  await expect.poll(async () => (await ask(host, origin.url('/straddle'))).text, soon).toBe('one BAR two BAR')
})

/** From clicks on two views to the frames that show what they did, in the page itself; and whether the flow still ran then. Milliseconds. */
const clicks = (page: Page): Promise<{ took: number; runs: boolean }[]> =>
  page.evaluate(`(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
    const shown = []
    for (let round = 0; round < 20; round++) {
      const begun = performance.now()
      document.querySelector('nav [aria-label="' + (round % 2 === 0 ? 'Flows' : 'Modifiers') + '"]').click()
      await frame()
      const took = performance.now() - begun
      shown.push({ took, runs: document.body.textContent.includes('runs on 1 flow now') })
    }
    return shown
  })()`)

const median = (all: readonly { took: number }[]): number =>
  all.map(({ took }) => took).sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? NaN

test('an endless loop ends its flow, and the window answers clicks meanwhile', async ({ open }) => {
  await using origin = await straddle()
  await using host = await startHost()
  await using window = await open(host)
  const { modifiers, page } = window
  await window.go('Modifiers')
  const name = await apply(window, `export default function* (chunks) {\n  for (;;) {}\n}\n`)
  const before = await clicks(page)
  const bad = ask(host, origin.url('/loop'))
  const editor = modifiers.editor(name)
  await see(editor.getByText('runs on 1 flow now')).toBeVisible()
  const beside = await clicks(page)
  expect([18, 52, 56]).toContain((await bad).code)
  await see(editor.getByText('1 error')).toBeVisible()
  await modifiers.switch(name).click()
  await see(editor.getByText('off', { exact: true })).toBeVisible()
  expect(await ask(host, origin.url('/after'))).toMatchObject({ code: 0, text: 'one foo two foo' })
  const after = await clicks(page)
  // A page that waits for the loop answers when that is over.
  expect(beside.filter(({ runs }) => runs).length).toBeGreaterThan(1)
  // The loop has a processor; whatever else this machine does, it does before and afterwards, too.
  expect(median(beside)).toBeLessThan(4 * Math.max(median(before), median(after)))
})

// Tried again: a rename right behind a move has been seen to leave the old name in the list, once in a dozen on a busy
// machine; how is not known yet.
test('by keyboard alone: make, write, leave, order, rename, delete and take back', async ({ open }) => {
  await using host = await startHost()
  await using window = await open(host)
  const { modifiers, page } = window
  const { keyboard } = page
  await keyboard.press('2')
  await see(page.getByRole('heading', { name: 'No modifiers yet' })).toBeVisible()
  await page.getByRole('button', { name: /^Empty modifier/ }).focus()
  await keyboard.press('Enter')
  await see(modifiers.code('modifier.ts')).toBeFocused()
  // Tab indents; after Escape it leaves.
  await keyboard.press('Control+End')
  await keyboard.press('Tab')
  await see(modifiers.code('modifier.ts')).toBeFocused()
  await keyboard.press('Escape')
  await keyboard.press('Tab')
  await see(modifiers.code('modifier.ts')).not.toBeFocused()

  await modifiers.new.focus()
  await keyboard.press('Enter')
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Replace text/ })
    .focus()
  await keyboard.press('Enter')
  await expect.poll(() => modifiers.names(), soon).toEqual(['modifier.ts', 'replace-text.ts'])
  // A new one is gone into; before it has been, the focus would be taken away again.
  await see(modifiers.code('replace-text.ts')).toBeFocused()
  await modifiers.line('replace-text.ts').focus()
  await keyboard.press('Alt+ArrowUp')
  await expect.poll(() => modifiers.names(), soon).toEqual(['replace-text.ts', 'modifier.ts'])
  await see(modifiers.line('replace-text.ts')).toBeFocused()
  await keyboard.press('F2')
  await keyboard.type('words')
  await keyboard.press('Enter')
  await expect.poll(() => modifiers.names(), soon).toEqual(['words.ts', 'modifier.ts'])
  await see(modifiers.line('words.ts')).toBeFocused()
  await keyboard.press('Delete')
  await expect.poll(() => modifiers.names(), soon).toEqual(['modifier.ts'])
  await see(modifiers.line('modifier.ts')).toBeFocused()
  await modifiers.messages.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => modifiers.names(), soon).toEqual(['words.ts', 'modifier.ts'])
  await see(modifiers.line('words.ts')).toBeFocused()
})

test('what is given on the command line is shown, and cannot be moved or removed', async ({ open }) => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'given.ts')
  writeFileSync(file, fooToBar)
  await using origin = await straddle()
  await using host = await startHost({ args: ['--modifier', file] })
  await using window = await open(host)
  const { modifiers } = window
  expect((await ask(host, origin.url('/straddle'))).text).toBe('one bar two bar')
  await window.go('Modifiers')
  await see(modifiers.switch('given.ts')).toHaveAttribute('aria-disabled', 'true')
  await modifiers.menu('given.ts').click()
  for (const name of ['Rename', 'Move up', 'Take off the list'])
    await see(window.page.getByRole('menuitem', { name })).toHaveAttribute('aria-disabled', 'true')
})

test('its console shows what it logs, with the flow', async ({ desk }) => {
  await using origin = await straddle()
  const { host, window } = desk
  const { modifiers, page } = window
  await apply(
    window,
    `import { log } from 'spillway'\n\nexport default function (chunks, flow) {\n  log('asked for', flow.request.url)\n  return chunks\n}\n`,
  )
  await page.getByRole('button', { name: 'Console' }).click()
  await see(modifiers.console).toContainText('appears here')
  await ask(host, origin.url('/logged'))
  await see(modifiers.console).toContainText(origin.url('/logged'))
  await see(modifiers.console.getByRole('button', { name: /^Flow \d+$/ })).toBeVisible()
})

// Who was quicker than the disk got the choice of inputs, and no run.
test('a dry run that is asked for while the file is still read begins when it is there', async ({ open, desk }) => {
  await using window = await open(desk.host)
  const { modifiers, page } = window
  const { promise: held, resolve: letGo } = Promise.withResolvers<undefined>()
  await page.routeWebSocket(/./, (socket) => {
    const server = socket.connectToServer()
    socket.onMessage((message) => {
      if (String(message).includes('"modifiers.source"')) void held.then(() => server.send(message))
      else server.send(message)
    })
  })
  await page.reload()
  await window.ready()
  await window.go('Modifiers')
  const name = await modifiers.makeEmpty()
  await see(modifiers.line(name)).toHaveAttribute('aria-current', 'true')
  await page.keyboard.press('Control+Enter')
  await see(modifiers.dryRun).toBeVisible()
  await see(modifiers.steps).toHaveCount(0)
  letGo(undefined)
  await see(modifiers.dryRun.getByText('Ended')).toBeVisible()
})
