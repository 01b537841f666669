/** A body on the clipboard: text as text, other bytes as hex digits, and too much of them not at all. */
import { expect } from 'vitest'
import { get, Origin } from '../../app/headless/testing/origin.ts'
import { see, soon, startHost, test } from '../fixtures/window.ts'

const bodies: Record<string, { type: string; bytes: Buffer }> = {
  '/text': { type: 'text/plain; charset=latin1', bytes: Buffer.from('caf\xe9', 'latin1') },
  '/bytes': { type: 'application/octet-stream', bytes: Buffer.of(0, 1, 254, 255) },
  '/large': { type: 'application/octet-stream', bytes: Buffer.alloc(1024 * 1024 + 1) },
}

test('the body is copied, with a tick, or it is said why not', async ({ open }) => {
  await using origin = await Origin.start(({ url = '' }, response) => {
    const { type = '', bytes } = bodies[url] ?? {}
    response.setHeader('content-type', type).end(bytes)
  })
  await using host = await startHost()
  await using window = await open(host)
  const { flows, inspector, page } = window
  for (const path of Object.keys(bodies)) await get(host.listeningPort, origin.url(path))
  const copied = await window.watchClipboard()
  const copy = inspector.region.getByRole('button', { name: 'Copy the body' })
  for (const [path, text] of [
    ['/text', 'café'],
    ['/bytes', '00 01 fe ff'],
  ] as const) {
    await flows.row(path).click()
    await inspector.tab('Response')
    await copy.click()
    await inspector.region.getByRole('button', { name: 'Copied' }).waitFor()
    await expect.poll(copied, soon).toBe(text)
  }
  await flows.row('/large').click()
  await inspector.tab('Response')
  await copy.click()
  await see(page.getByText(/^Too large for the clipboard \(more than 1/)).toBeVisible()
  expect(await copied()).toBe('00 01 fe ff')
  await see(copy).toBeVisible()
})
