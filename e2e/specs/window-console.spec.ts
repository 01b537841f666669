/** The console of a modifier: what it logs, where it is read. */
import { Origin } from '../../app/headless/testing/origin.ts'
import { curl } from '../fixtures/curl.ts'
import { see, startHost, test } from '../fixtures/window.ts'

const chatty = `import { log } from 'spillway'

log('as it was loaded')

export default function* () {
  for (let line = 1; line <= 60; line++) log('line', line)
  throw new Error('and then')
}
`

// It said "Flow 0" of what belongs to no flow, with a link that led nowhere. And the bar that tells of the failure took of
// the console's height just when its last lines mattered: they went out of sight.
test('the last lines stay in sight when a failure is told, and what belongs to no flow names none', async ({
  open,
}) => {
  await using origin = await Origin.start((_, response) => void response.end('body'))
  await using host = await startHost()
  await using window = await open(host)
  const { modifiers, page } = window
  await window.go('Modifiers')
  await modifiers.makeEmpty()
  await modifiers.write('modifier.ts', chatty)
  await modifiers.saveByKey()
  await page.getByRole('button', { name: 'Console' }).click()
  await modifiers.switch('modifier.ts').click()
  await see(modifiers.console).toContainText('as it was loaded')
  await see(modifiers.console.getByRole('button')).toHaveCount(0)

  await curl(host, [origin.url('/chatty')])
  await see(modifiers.editor('modifier.ts').getByText('threw Error: and then').first()).toBeVisible()
  await see(modifiers.console.getByRole('button', { name: 'Flow 1' })).toHaveCount(60)
  await see(modifiers.console.getByText('line 60', { exact: true })).toBeInViewport({ ratio: 1 })
})
