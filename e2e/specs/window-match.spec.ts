/** Where a modifier applies, as its form shows it. */
import { expect } from 'vitest'
import { see, startHost, test } from '../fixtures/window.ts'

// A long name has no place where it could break: it grew out of its field and lay over the fields beside it.
test('what the file says of a long host stays within its field', async ({ open }) => {
  await using host = await startHost()
  await using window = await open(host)
  const { modifiers, page } = window
  await window.go('Modifiers')
  await modifiers.makeEmpty()
  const name = `${'averylongname'.repeat(8)}.example.com`
  await modifiers.write(
    'modifier.ts',
    `export const match = { host: '${name}', path: '/v1/*' }\nexport default (c) => c\n`,
  )
  await modifiers.saveByKey()
  await page.getByRole('button', { name: 'Change' }).click()
  const form = page.getByRole('form')
  await see(form.getByText(`The file says ${name}`)).toBeVisible()
  const boxOf = async (label: string) => {
    const control = form.getByRole('textbox', { name: label })
    const note = `document.getElementById(${JSON.stringify(await control.getAttribute('aria-describedby'))})`
    const spills = await page.evaluate<boolean>(`${note}.scrollWidth > ${note}.clientWidth`)
    const { x = NaN, width = NaN } = (await control.boundingBox()) ?? {}
    return { from: x, to: x + width, spills }
  }
  const [first, second] = [await boxOf('Host'), await boxOf('Path')]
  expect(first.spills).toBe(false)
  expect(first.to).toBeLessThan(second.from)
})
