/** Settings changed in the window: what the next response shows, what is refused, what a restart keeps. */
import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PeerCertificate, TLSSocket } from 'node:tls'
import { expect } from 'vitest'
import { Origin } from '../../app/headless/testing/origin.ts'
import { curl } from '../fixtures/curl.ts'
import { see, soon, startHost, test, type WindowHost } from '../fixtures/anywhere.ts'
import type { SpillwayWindow } from '../pages/spillway-window.ts'

/** A body of as many bytes as the path says. */
const sized = (): Promise<Origin> =>
  Origin.start((request, response) => {
    const length = Number(/\d+/.exec(request.url ?? '')?.[0])
    response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': length })
    response.end(Buffer.alloc(length, 'x'))
  })

/** Of whom the client is; without a certificate of its own, nobody is told. */
function nameOf(socket: TLSSocket): string {
  const certificate: Partial<PeerCertificate> = socket.getPeerCertificate()
  return certificate.subject?.CN?.toString() ?? 'nobody'
}

const MB = 1024 * 1024
const small = `/${2.9 * MB}`.replace(/\..*/, '')
const large = `/${3.1 * MB}`.replace(/\..*/, '')

/** Asks for it and answers with what the row says of its delivery. */
async function delivery(window: SpillwayWindow, host: WindowHost, url: string): Promise<string> {
  expect((await curl(host, [url, '-o', '/dev/null'])).code).toBe(0)
  const { flows } = window
  await window.go('Flows')
  const path = new URL(url).pathname + new URL(url).search
  await expect.poll(() => flows.cellsNow(path), soon).toMatchObject({ State: 'Done' })
  const { 'Delivery and why': why = '' } = await flows.cells(path)
  return why
}

test('the size rule 3m: 2.9 MB is buffered, 3.1 MB streamed and not recorded', async ({ open }) => {
  await using origin = await sized()
  await using host = await startHost()
  await using window = await open(host)
  const { settings, inspector, flows } = window
  expect(await delivery(window, host, origin.url(`${large}?before`))).toBe('bufferedno rule streams it')

  await window.capture.sizeRule('No size rule').click()
  // It leads to the field.
  await see(settings.size).toBeFocused()
  await settings.set(settings.size, '3m')
  await window.capture.sizeRule('Stream > 3m').waitFor()

  expect(await delivery(window, host, origin.url(small))).toMatch(/^buffered/)
  expect(await delivery(window, host, origin.url(large))).toBe('streamedlarger than 3m')
  expect(await flows.cells(small)).toMatchObject({ Size: '2.9 MB' })
  expect(await flows.cells(large)).toMatchObject({ Size: '3.1 MB' })

  await flows.row(small).click()
  await inspector.tab('Response')
  await inspector.body.waitFor()
  await flows.row(large).click()
  await inspector.says('Streamed, not recorded').waitFor()
  expect(await inspector.body.count()).toBe(0)

  // The link leads to the field that decided; a larger size holds the next one.
  await inspector.link('Change the size rule').click()
  await see(settings.size).toBeFocused()
  expect(await settings.size.inputValue()).toBe('3m')
  await settings.set(settings.size, '4m')
  await window.capture.sizeRule('Stream > 4m').waitFor()
  expect(await delivery(window, host, origin.url(`${large}?after`))).toMatch(/^buffered/)
})

test('a wrong size shows its sentence and changes nothing; undo takes a change back', async ({ open }) => {
  await using origin = await sized()
  await using host = await startHost({ args: [] })
  await using window = await open(host)
  const { settings, capture } = window
  await capture.sizeRule('No size rule').click()
  await settings.set(settings.size, '3m')
  await capture.sizeRule('Stream > 3m').waitFor()

  for (const wrong of ['3 bananas', '-1', '3x', '1e400']) {
    await settings.set(settings.size, wrong)
    await see(settings.size).toHaveAttribute('aria-invalid', 'true')
    await see(settings.size).toHaveAccessibleDescription(new RegExp(`"${wrong}"`))
  }
  await capture.sizeRule('Stream > 3m').waitFor()
  expect(await delivery(window, host, origin.url(large))).toBe('streamedlarger than 3m')

  await window.go('Settings')
  await settings.set(settings.size, '1m')
  await capture.sizeRule('Stream > 1m').waitFor()
  expect(await delivery(window, host, origin.url(small))).toBe('streamedlarger than 1m')
  await window.go('Settings')
  await settings.undo.click()
  await capture.sizeRule('Stream > 3m').waitFor()
  await expect.poll(() => settings.size.inputValue(), soon).toBe('3m')
  expect(await delivery(window, host, origin.url(`${small}?undone`))).toMatch(/^buffered/)
})

test('what was given on the command line is locked, and said so', async ({ open }) => {
  await using host = await startHost({ args: ['--stream', '3m'] })
  await using window = await open(host)
  const { settings, capture } = window
  await capture.sizeRule('Stream > 3m').click()
  expect(await settings.size.isEditable()).toBe(false)
  await settings.panel.getByText('Locked: given on the command line').first().waitFor()
})

test('a restart of the program keeps the settings', async ({ open, folder }) => {
  await using origin = await sized()
  const home = mkdtempSync(join(folder, 'home-'))
  {
    await using host = await startHost({ home })
    await using window = await open(host)
    await window.capture.sizeRule('No size rule').click()
    await window.settings.set(window.settings.size, '3m')
    await window.capture.sizeRule('Stream > 3m').waitFor()
    await window.settings.switch('Always stream live types').click()
    await expect.poll(() => window.settings.switch('Always stream live types').isChecked(), soon).toBe(false)
  }
  await using host = await startHost({ home })
  await using window = await open(host)
  await window.capture.sizeRule('Stream > 3m').click()
  expect(await window.settings.size.inputValue()).toBe('3m')
  expect(await window.settings.switch('Always stream live types').isChecked()).toBe(false)
  expect(await delivery(window, host, origin.url(large))).toBe('streamedlarger than 3m')
})

// It could be written in the file alone.
test('a client certificate: what is wrong stands beside its field, and what is right is shown to the origin', async ({
  open,
  folder,
  certificates,
}) => {
  const { cert, key, ca, pem } = certificates
  const [locked, other] = [join(folder, 'locked.key'), join(folder, 'other.key')]
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  writeFileSync(other, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const cipher = { cipher: 'aes-256-cbc', passphrase: 'secret' }
  writeFileSync(locked, createPrivateKey(pem.key).export({ type: 'pkcs8', format: 'pem', ...cipher }))
  const asks = { ...pem, requestCert: true, rejectUnauthorized: false }
  await using origin = await Origin.start(({ socket }, response) => response.end(nameOf(socket as TLSSocket)), asks)
  await using host = await startHost({ args: ['--origin-ca', ca] })
  await using window = await open(host)
  const { page } = window
  const { keyboard } = page
  const who = async (): Promise<string> => (await curl(host, [origin.url('/')])).text
  expect(await who()).toBe('nobody')

  await window.go('Settings')
  const add = page.getByRole('button', { name: 'Add a certificate' })
  await add.focus()
  await keyboard.press('Enter')
  const form = page.getByRole('form', { name: 'New client certificate' })
  const field = (name: string) => form.getByLabel(name, { exact: true })
  await see(field('Host')).toBeFocused()
  await keyboard.press('Enter')
  await see(field('Host')).toHaveAccessibleDescription('Name the host it is for.')
  await see(field('Certificate file')).toHaveAccessibleDescription('Name the file.')
  await see(field('Host')).toBeFocused()

  await keyboard.type('localhost')
  const wrong: [name: string, text: string, told: RegExp][] = [
    ['Certificate file', join(folder, 'nowhere.pem'), /cannot read .*nowhere\.pem: no such file/],
    ['Certificate file', cert, /is not a certificate and a key in PEM form/],
    ['Key file', other, /has a key that does not belong to its certificate/],
    ['Key file', locked, /needs its passphrase, or another one/],
    ['Passphrase', 'wrong', /needs its passphrase, or another one/],
  ]
  for (const [name, text, told] of wrong) {
    await field(name).fill(text)
    await keyboard.press('Enter')
    const at = told.source.includes('passphrase') ? 'Passphrase' : name
    await see(field(at)).toHaveAccessibleDescription(told)
    await see(field(at)).toBeFocused()
  }
  await field('Passphrase').fill('secret')
  await keyboard.press('Enter')
  await see(form).toHaveCount(0)
  const list = page.getByRole('list', { name: 'Client certificates, in order' })
  await see(list).toContainText('localhost')
  await see(list.getByRole('button', { name: 'Edit the certificate for localhost' })).toBeFocused()
  await see(list).not.toContainText('secret')
  expect(await who()).toBe('localhost')

  // The key without a passphrase does as well.
  await keyboard.press('Enter')
  const again = page.getByRole('form', { name: 'Client certificate for localhost' })
  await again.getByLabel('Key file', { exact: true }).fill(key)
  await again.getByLabel('Passphrase', { exact: true }).fill('')
  await keyboard.press('Enter')
  await see(again).toHaveCount(0)
  expect(await who()).toBe('localhost')
  await list.getByRole('button', { name: 'Remove the certificate for localhost' }).click()
  await see(list.getByRole('listitem')).toHaveCount(0)
  await see(add).toBeFocused()
  expect(await who()).toBe('nobody')
  await keyboard.press('Control+z')
  await see(list).toContainText('localhost')

  // The form of one of two that are equal opened below the other.
  await add.click()
  for (const [name, text] of [
    ['Host', 'localhost'],
    ['Certificate file', cert],
    ['Key file', key],
  ] as const)
    await field(name).fill(text)
  await keyboard.press('Enter')
  const second = list.getByRole('listitem').nth(1)
  await second.getByRole('button', { name: 'Edit the certificate for localhost' }).click()
  await see(second.getByRole('form')).toHaveCount(1)
})
