/** The editor of a modifier, as somebody meets it who writes: nothing of theirs is lost, and what they look for is found. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { temporaryFolder } from '../../main/certificates/testing.ts'
import { see, soon, startHost, testAtDesk as test } from '../fixtures/window.ts'

test('each file keeps its text and its undo; what is not saved survives a reload', async ({ desk }) => {
  const { modifiers, page } = desk.window
  const first = await modifiers.makeEmpty()
  await modifiers.write(first, '// first')
  const second = await modifiers.makeEmpty()
  await modifiers.write(second, '// second')
  await modifiers.line(first).click()
  await see(modifiers.code(first)).toHaveText('// first')
  await see(modifiers.line(first).getByRole('img', { name: 'Not saved yet' })).toBeVisible()
  await modifiers.code(first).focus()
  await page.keyboard.press('Control+Z')
  await see(modifiers.code(first)).toContainText('yield chunk')
  await page.keyboard.press('Control+Y')
  await modifiers.line(second).click()
  await see(modifiers.code(second)).toHaveText('// second')
  await page.reload()
  await desk.window.ready()
  // Where its user was before.
  await see(modifiers.code(second)).toHaveText('// second')
  await modifiers.line(first).click()
  await see(modifiers.code(first)).toHaveText('// first')
})

test('a draft outlives the window, and what became of its file meanwhile is not written over unseen', async ({
  open,
}) => {
  using home = temporaryFolder()
  await using host = await startHost({ home: home.path })
  await using window = await open(host)
  const { modifiers, page } = window
  await window.go('Modifiers')
  await modifiers.makeEmpty()
  const editor = modifiers.editor('modifier.ts')
  const file = (await editor.getByRole('heading').getAttribute('title')) ?? ''
  await modifiers.write('modifier.ts', '// mine')
  await page.goto('about:blank')
  writeFileSync(file, '// from outside')
  await page.goto(host.windowUrl)
  await window.ready()
  await see(editor.getByText('The file was changed outside, and here, too.')).toBeVisible()
  await see(modifiers.code('modifier.ts')).toHaveText('// mine')
  // What cannot be saved leads to the choice.
  await modifiers.code('modifier.ts').focus()
  await modifiers.saveByKey()
  await see(editor.getByRole('button', { name: 'Load the file' })).toBeFocused()
  expect(readFileSync(file, 'utf8')).toBe('// from outside')
  rmSync(file)
  await page.reload()
  await window.ready()
  await see(editor.getByText('The file is gone: this text is all there is of it.')).toBeVisible()
  await see(modifiers.code('modifier.ts')).toHaveText('// mine')
  await see(modifiers.line('modifier.ts').getByRole('img', { name: 'Not saved yet' })).toBeVisible()
  await editor.getByRole('button', { name: 'Write it again' }).click()
  await expect.poll(() => existsSync(file) && readFileSync(file, 'utf8'), soon).toBe('// mine')
  await see(editor.getByText('not saved', { exact: true })).toHaveCount(0)
})

// TypeScript takes a second to begin. What it had to say about the first letters was nothing, and then it was not asked
// about those that had been typed meanwhile.
test('who types while TypeScript begins is offered what fits all the same', async ({ open }) => {
  await using host = await startHost()
  await using window = await open(host)
  const { modifiers, page } = window
  const [asked, begin] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()]
  await page.context().route(/types-worker/, async (route) => {
    asked.resolve(undefined)
    await begin.promise
    await route.continue()
  })
  await window.go('Modifiers')
  await modifiers.makeEmpty()
  await see(modifiers.code('modifier.ts')).toBeFocused()
  await page.keyboard.press('Control+End')
  await page.keyboard.type('nothing.')
  await asked.promise
  // The offers are asked for a moment after the letter; nothing shows that they have been.
  await page.waitForTimeout(500)
  await page.keyboard.type('here = Ma')
  await page.waitForTimeout(500)
  begin.resolve(undefined)
  await see(page.getByRole('listbox', { name: 'Completions' }).getByText('Math')).toBeVisible()
})

test('what is found is counted, stepped through and replaced', async ({ desk }) => {
  const { modifiers, page } = desk.window
  const name = await modifiers.makeEmpty()
  await modifiers.write(name, 'one two\nOne three\nones')
  await page.keyboard.press('Control+F')
  const bar = page.getByRole('search', { name: 'Find and replace' })
  await see(bar.getByRole('textbox', { name: 'Find in the code' })).toBeFocused()
  await page.keyboard.type('one')
  await see(bar.getByText('3 found')).toBeVisible()
  await page.keyboard.press('Enter')
  await see(bar.getByText('1 of 3')).toBeVisible()
  await page.keyboard.press('Shift+Enter')
  await see(bar.getByText('3 of 3')).toBeVisible()
  await bar.getByRole('button', { name: 'Match case' }).click()
  await see(bar.getByText('2 of 2')).toBeVisible()
  await bar.getByRole('button', { name: 'Whole words' }).click()
  await see(bar.getByText('1 found')).toBeVisible()
  await bar.getByRole('textbox', { name: 'Replace with' }).fill('1')
  await bar.getByRole('button', { name: 'Replace all' }).click()
  await see(bar.getByText('Not found')).toBeVisible()
  await see(modifiers.code(name)).toHaveText('1 twoOne threeones')
  await bar.getByRole('textbox', { name: 'Find in the code' }).focus()
  await page.keyboard.press('Escape')
  await see(modifiers.code(name)).toBeFocused()
  await see(bar).toHaveCount(0)
})

test('a narrower window keeps what is open and where the focus is', async ({ desk }) => {
  const { modifiers, page } = desk.window
  const { width, height } = page.viewportSize()!
  await page.setViewportSize({ width: 1200, height })
  const name = await modifiers.makeEmpty()
  await modifiers.write(name, `export const match = { path: '/straddle*' }\n\nexport default (chunks) => chunks\n`)
  await modifiers.saveByKey()
  // What its file says is known before it has run.
  const editor = modifiers.editor(name)
  await see(editor.getByText('/straddle*')).toBeVisible()
  await page.getByRole('button', { name: 'Change', exact: true }).click()
  const type = page.getByRole('textbox', { name: 'Media type' })
  await type.fill('textplain')
  await page.keyboard.press('Enter')
  await see(editor.getByText(/^"textplain" is not a media type/)).toBeVisible()
  await modifiers.code(name).focus()
  await page.keyboard.press('Control+Enter')
  await page.setViewportSize({ width: 1000, height })
  await see(type).toHaveValue('textplain')
  await see(modifiers.code(name)).toBeFocused()
  await page.setViewportSize({ width, height })
})

test('the file is changed outside: taken where nothing was written, asked about where something was', async ({
  desk,
}) => {
  const { modifiers } = desk.window
  const name = await modifiers.makeEmpty()
  const editor = modifiers.editor(name)
  const file = (await editor.getByRole('heading').getAttribute('title')) ?? ''
  await see(modifiers.code(name)).toContainText('yield chunk')
  writeFileSync(file, '// from outside')
  await see(modifiers.code(name)).toHaveText('// from outside')
  await modifiers.write(name, '// mine')
  writeFileSync(file, '// outside again')
  await see(editor.getByText('The file was changed outside, and here, too.')).toBeVisible()
  await modifiers.saveByKey()
  expect(readFileSync(join(file), 'utf8')).toBe('// outside again')
  await editor.getByRole('button', { name: 'Keep mine' }).click()
  await modifiers.saveByKey()
  await expect.poll(() => readFileSync(file, 'utf8'), soon).toBe('// mine')
})

test('types, completion with its import, problems and formatting', async ({ desk }) => {
  const { modifiers, page } = desk.window
  const name = await modifiers.makeEmpty()
  const code = modifiers.code(name)
  await modifiers.write(name, 'export default async function* (chunks, flow) {\nyield* \n}')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('End')
  await page.keyboard.type('event', { delay: 20 })
  const offers = page.getByRole('listbox', { name: 'Completions' })
  await see(offers.getByRole('option', { name: 'events spillway' })).toBeVisible()
  // Who types on while it appears does not mean it: for 75 ms, no key takes it.
  await page.waitForTimeout(150)
  await page.keyboard.press('Enter')
  await see(code).toContainText("import { events } from 'spillway'")
  await page.keyboard.type('(chunks)')
  // Events are no chunks.
  await page.getByRole('button', { name: '1 problem' }).click()
  await see(modifiers.problems.getByText(/is not assignable/)).toBeVisible()
  await page.keyboard.press('Shift+Alt+F')
  await see(code).toContainText('  yield* events(chunks)')
  await modifiers.problems.getByRole('button', { name: /^Line/ }).click()
  await see(code).toBeFocused()
  await page.keyboard.type('flow.resp', { delay: 20 })
  await see(offers.getByRole('option', { name: 'response' })).toBeVisible()
})
