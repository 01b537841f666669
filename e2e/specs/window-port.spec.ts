/** A port of the settings that somebody else has: what is said, and the ways out, both in the window. */
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect } from 'vitest'
import { get, Origin } from '../../app/headless/testing/origin.ts'
import { Program } from '../../app/headless/testing/program.ts'
import { bundle } from '../fixtures/spillway.ts'
import { see, test } from '../fixtures/window.ts'

// It was titled "Nothing is captured yet", said "Choose another port", and offered to start, which failed again.
test('the port is taken: another one is a click away, and the next free one too', async ({ open, folder }) => {
  const other = createServer()
  await new Promise<void>((done) => other.listen(0, '127.0.0.1', done))
  const { port: taken } = other.address() as AddressInfo // listening on a port, not a pipe
  const file = join(folder, 'taken.json')
  writeFileSync(file, JSON.stringify({ listen: `127.0.0.1:${taken}` }))
  await using program = new Program(['--config', file, '--web', '127.0.0.1:0', '--quiet'], {}, [
    process.execPath,
    bundle,
  ])
  const [, windowUrl = ''] = await program.says('stdout', /window at (http:\S+)\n/)
  await using window = await open({ windowUrl })
  const { page, capture, settings } = window
  await see(page.getByRole('heading', { name: 'The capture could not start' })).toBeVisible()
  const main = page.getByRole('main')
  await see(main).toContainText(`Port ${taken} on 127.0.0.1 is taken`)
  await main.getByRole('button', { name: 'Try again' }).click()
  await see(main).toContainText(`Port ${taken} on 127.0.0.1 is taken`)
  await main.getByRole('button', { name: 'Choose another port' }).click()
  await see(settings.field('Proxy address')).toBeFocused()
  await window.go('Flows')
  await main.getByRole('button', { name: 'Use the next free port' }).click()
  await see(capture.status).toHaveText(/^Capturing on 127\.0\.0\.1:\d+$/)
  const port = Number((await capture.proxy()).split(':')[1])
  expect(port).not.toBe(taken)
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ listen: '127.0.0.1' })
  await using origin = await Origin.start((_, response) => response.end('hello'))
  await get(port, origin.url('/there'))
  await window.flows.row('/there').waitFor()
  other.close()
})
