/** Messages of WebSockets in the inspector: as they pass, and afterwards. */
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator } from '@playwright/test'
import { describe, expect } from 'vitest'
import { temporaryFolder } from '../../main/certificates/testing.ts'
import { openWsPair } from '../../main/testing/ws-pair.ts'
import { see, soon, startHost, test } from '../fixtures/anywhere.ts'
import { findings } from '../fixtures/findings.ts'

/** What the rows in sight say, in their order. */
async function rowsOf(grid: Locator): Promise<string[][]> {
  const cells = await grid.getByRole('gridcell').allInnerTexts()
  return Array.from({ length: Math.ceil(cells.length / 5) }, (_, row) =>
    cells.slice(row * 5, row * 5 + 5).map((text) => text.replace(/\s+/g, ' ').trim()),
  )
}

describe.each([
  ['as they are', false],
  ['compressed', true],
] as const)('sent %s', (_, deflate) => {
  test('each message appears as it passes, and can be seen whole', async ({ open }) => {
    await using host = await startHost()
    await using window = await open(host)
    const { page, flows, inspector } = window
    const { messages, message } = inspector
    await using pair = await openWsPair(host.listeningPort, '/chat', deflate)
    await flows.row('/chat').click()
    // It is opened with the messages; the others say where they are.
    await see(inspector.region.getByRole('tab', { name: 'Messages', selected: true })).toBeVisible()
    await see(inspector.region.getByText('No message yet')).toBeVisible()
    const json = JSON.stringify({ type: 'greeting', words: ['hello', 'wörld'], hidden: '\u202e' })
    const answered = once(pair.client, 'message')
    pair.client.send(json)
    pair.server.send('x'.repeat(300_000))
    await answered
    pair.client.send(Buffer.from([0, 1, 2, 255]))
    pair.server.ping('still there?')
    await once(pair.client, 'ping')
    await expect.poll(async () => (await rowsOf(messages)).length, soon).toBe(5)
    const rows = await rowsOf(messages)
    expect(rows.map(([direction, , kind]) => `${direction!.replace(/^[↑↓] ?/, '')} ${kind}`).sort()).toEqual([
      'Received ping',
      'Received text',
      'Sent binary',
      'Sent pong',
      'Sent text',
    ])
    // Captured text is shown, not obeyed.
    expect(rows.find(([, , kind, , text]) => kind === 'text' && text!.includes('greeting'))?.[4]).not.toContain(
      '\u202e',
    )

    await messages.getByRole('row', { name: /greeting/ }).click()
    await see(message.getByLabel('Body content')).toContainText('"words"')
    await see(message.getByRole('button', { name: 'JSON', pressed: true })).toBeVisible()
    await messages.getByRole('row', { name: /xxxx/ }).click()
    await see(message).toContainText(deflate ? 'compressed' : '300,000 bytes')
    await see(message.getByRole('heading')).toContainText('293 KB')
    await messages.getByRole('row', { name: /binary/ }).click()
    await see(message.getByLabel('Body content')).toContainText('00 01 02 ff')
    await page.keyboard.press('Escape')
    await see(message).toHaveCount(0)

    await pair.close(1001, 'bye')
    await see(messages.getByRole('row', { name: /close/ }).first()).toContainText('1001 going away')
    await see(messages.getByRole('row', { name: /close/ }).first()).toContainText('bye')
    await inspector.tab('Request')
    await see(inspector.region.getByText('Its bytes are messages')).toBeVisible()
    await inspector.tab('Overview')
    await see(inspector.region).toContainText('2 messages sent, 1 received; 4 control frames.')
    await inspector.tab('Response')
    await inspector.region.getByRole('button', { name: 'Show the messages' }).click()
    await see(messages).toBeVisible()
  })
})

// The rows of whoever talks in binary frames were empty, and so was that of a close frame without a code.
test('a row shows the beginning of what is no text as well: read where it can be, in bytes where not', async ({
  open,
}) => {
  await using host = await startHost()
  await using window = await open(host)
  const { flows, inspector } = window
  const { messages, message } = inspector
  await using pair = await openWsPair(host.listeningPort, '/binary', true)
  await flows.row('/binary').click()
  const arrived = once(pair.server, 'ping')
  pair.client.send(Buffer.from('{"op":"subscribe","words":["wörd","\u202e"]}'))
  pair.client.send(Buffer.from([0x82, 0xa2, 0x6f, 0x70, 0xa1, 0x61]))
  pair.client.ping(Buffer.from([0, 0, 1, 0x8b]))
  await arrived
  await expect.poll(async () => (await rowsOf(messages)).length, soon).toBe(4)
  pair.client.close()
  await expect.poll(async () => (await rowsOf(messages)).length, soon).toBe(6)
  const rows = await rowsOf(messages)
  expect(rows.map(([, , kind, , text]) => [kind, text])).toEqual([
    ['binary', '{"op":"subscribe","words":["wörd","‹U+202E›"]}'],
    ['binary', '82 a2 6f 70 a1 61'],
    ['ping', '00 00 01 8b'],
    ['pong', '00 00 01 8b'],
    ['close', 'no code was given'],
    ['close', 'no code was given'],
  ])
  // The chosen one is shown as its row reads it.
  await messages.getByRole('row', { name: /subscribe/ }).click()
  await see(message.getByRole('button', { name: 'JSON', pressed: true })).toBeVisible()
  await messages.getByRole('row', { name: /82 a2/ }).click()
  await see(message.getByRole('button', { name: 'Hex', pressed: true })).toBeVisible()
})

test('the end stays in sight while the user is there; keys go through them; filters count', async ({ open }) => {
  await using host = await startHost()
  await using window = await open(host)
  const { page, flows, inspector } = window
  const { messages, message } = inspector
  await using pair = await openWsPair(host.listeningPort, '/many', true)
  await flows.row('/many').click()
  const total = 10_000
  for (let n = 1; n <= total; n++) {
    pair.server.send(`message ${n}`)
    if (n % 1000 === 0) pair.client.send(Buffer.from([n & 255]))
  }
  await see(messages.getByRole('row', { name: /message 10000$/ })).toBeVisible()
  await expect.poll(() => messages.getAttribute('aria-rowcount'), soon).toBe(String(total + 10 + 1))
  // Who has scrolled away is left there.
  await messages.hover()
  await page.mouse.wheel(0, -100_000)
  const jump = inspector.region.getByRole('button', { name: 'Jump to the end' })
  await see(jump).toBeVisible()
  await see(messages.getByRole('row', { name: /message 5\d\d\d$/ }).first()).toBeVisible()
  const place = await rowsOf(messages)
  pair.server.send('one more')
  await expect.poll(() => messages.getAttribute('aria-rowcount'), soon).toBe(String(total + 10 + 2))
  expect((await rowsOf(messages)).map(([, , , , text]) => text)).toEqual(place.map(([, , , , text]) => text))
  await jump.click()
  await see(messages.getByRole('row', { name: /one more$/ })).toBeVisible()

  await messages.focus()
  await page.keyboard.press('Home')
  await see(message.getByRole('heading')).toContainText('Message 1 ')
  await page.keyboard.press('j')
  await page.keyboard.press('ArrowDown')
  await see(message.getByRole('heading')).toContainText('Message 3 ')
  await page.keyboard.press('k')
  await see(message.getByRole('heading')).toContainText('Message 2 ')
  await page.keyboard.press('End')
  await see(message).toContainText('one more')
  await see(messages).toBeFocused()
  // What is chosen stays in sight when the list makes room for it.
  await page.keyboard.press('Escape')
  await see(message).toHaveCount(0)
  await page.keyboard.press('End')
  await see(message).toContainText('one more')
  await see(messages.getByRole('row', { name: /one more$/ })).toBeInViewport({ ratio: 1 })

  await inspector.region.getByRole('button', { name: 'Sent', exact: true }).click()
  await see(inspector.region.getByRole('heading', { name: 'Messages' })).toHaveText('Messages 10 of 10,011')
  await inspector.region.getByRole('button', { name: 'Text', exact: true }).click()
  await see(inspector.region.getByText('No message of this kind')).toBeVisible()
})

test('axe finds nothing in any state', { timeout: 120_000 }, async ({ open }) => {
  await using host = await startHost()
  await using window = await open(host)
  const { flows, inspector } = window
  const { messages, message } = inspector
  await using pair = await openWsPair(host.listeningPort, '/axe')
  await flows.row('/axe').click()
  await see(inspector.region.getByText('No message yet')).toBeVisible()
  expect(await findings(window)).toEqual([])
  pair.client.send('{"a": 1}')
  pair.server.send(Buffer.from([1, 2, 3]))
  await pair.close(1002, 'reason')
  await see(messages.getByRole('row', { name: /protocol error/ }).nth(1)).toBeVisible()
  expect(await findings(window)).toEqual([])
  await inspector.region.getByRole('button', { name: 'Find in all messages' }).click()
  await window.page.keyboard.type('reason')
  await see(inspector.region.getByRole('search').getByRole('status')).toHaveText('1 of 2')
  for (const name of [/"a"/, /binary/, /close/]) {
    await messages.getByRole('row', { name }).first().click()
    await see(message).toBeVisible()
    await see(inspector.region.getByText('Loading …')).toHaveCount(0)
    expect(await findings(window)).toEqual([])
  }
  await inspector.tab('Request')
  expect(await findings(window)).toEqual([])

  // A list that is longer than its box is scrolled by keys as well, chosen or not.
  await using long = await openWsPair(host.listeningPort, '/long')
  await flows.row('/long').click()
  await inspector.tab('Messages')
  for (let n = 1; n <= 200; n++) long.server.send(`message ${n}`)
  await see(messages.getByRole('row', { name: /message 200$/ })).toBeVisible()
  await see(messages.getByRole('row', { name: /message 1$/ })).toHaveCount(0)
  expect(await findings(window)).toEqual([])
  await messages.getByRole('row', { name: /message 199$/ }).click()
  await see(message.getByLabel('Body content')).toContainText('message 199')
  expect(await findings(window)).toEqual([])
})

test('a text is found in all messages, also behind what rows show, and in those that come', async ({ open }) => {
  await using host = await startHost()
  await using window = await open(host)
  const { page, flows, inspector } = window
  const { keyboard } = page
  const { messages, message } = inspector
  await using pair = await openWsPair(host.listeningPort, '/search', true)
  await flows.row('/search').click()
  const arrived = once(pair.server, 'message')
  pair.client.send('the first needle')
  await arrived
  for (let n = 0; n < 300; n++) pair.server.send(`straw ${n}`)
  pair.server.send(`${'hay '.repeat(50_000)} Needle in it`)
  await expect.poll(() => messages.getAttribute('aria-rowcount'), soon).toBe(String(302 + 1))

  await messages.focus()
  await keyboard.press('Control+f')
  const query = inspector.region.getByRole('textbox', { name: 'Find in all messages' })
  await see(query).toBeFocused()
  await keyboard.type('needle')
  const count = inspector.region.getByRole('search').getByRole('status')
  await see(count).toHaveText('1 of 2')
  await see(message).toContainText('the first needle')
  await keyboard.press('Enter')
  await see(count).toHaveText('2 of 2')
  // It is brought into sight in the message itself.
  await see(message.getByText('Needle in it')).toBeInViewport()
  await see(messages.locator('[aria-selected=true]')).toBeInViewport()
  await keyboard.press('Enter')
  await see(count).toHaveText('1 of 2')
  await keyboard.press('Shift+Enter')
  await see(count).toHaveText('2 of 2')
  await see(query).toBeFocused()
  // What comes is counted; who looks at one is left there.
  pair.server.send('another needle')
  await see(count).toHaveText('2 of 3')
  await inspector.region.getByRole('button', { name: 'Sent', exact: true }).click()
  await see(count).toHaveText('1 of 1')
  await query.focus()
  await keyboard.press('Escape')
  await see(query).toHaveCount(0)
  await see(messages).toBeFocused()
  // The list of flows counts them as they pass.
  await see(flows.row('/search')).toContainText('ws 303')
  pair.client.send('one more')
  await see(flows.row('/search')).toContainText('ws 304')
})

// It went to the filter of the list of flows: the tab is beside what it shows, not around it, and whoever clicks on
// something in it that takes no focus is around it.
test('Ctrl+F on a tab, and anywhere in it, opens the search of what the tab shows', async ({ open }) => {
  await using host = await startHost()
  await using window = await open(host)
  const { page, capture, flows, inspector } = window
  const { messages, message } = inspector
  await using pair = await openWsPair(host.listeningPort, '/keys')
  await flows.row('/keys').click()
  pair.client.send('the needle')
  const inAll = inspector.region.getByRole('textbox', { name: 'Find in all messages' })
  await see(messages.getByRole('row', { name: /needle/ })).toBeVisible()
  await inspector.region.getByRole('tab', { name: 'Messages' }).focus()
  await page.keyboard.press('Control+f')
  await see(inAll).toBeFocused()
  await page.keyboard.press('Escape')
  await inspector.region.getByRole('heading', { name: 'Messages' }).click()
  await page.keyboard.press('Control+f')
  await see(inAll).toBeFocused()
  await page.keyboard.press('Escape')
  // The chosen message has one of its own, which is opened from within it.
  await messages.getByRole('row', { name: /needle/ }).click()
  await see(message.getByLabel('Body content')).toBeVisible()
  await inspector.region.getByRole('tab', { name: 'Messages' }).focus()
  await page.keyboard.press('Control+f')
  await see(inAll).toBeFocused()
  await page.keyboard.press('Escape')
  // Where there is nothing to be searched, the list is.
  await inspector.tab('Overview')
  await page.keyboard.press('Control+f')
  await see(capture.filter).toBeFocused()
  await see(inAll).toHaveCount(0)
  await see(inspector.region.getByRole('search')).toHaveCount(0)
})

/** A host that keeps 1 MiB of bodies, in a folder with its settings. */
const startSmall = (folder: string) => {
  const config = join(folder, 'small-disk.json')
  writeFileSync(config, JSON.stringify({ bodyDisk: '1m' }))
  return startHost({ args: ['--config', config] })
}

test('what the disk has no room for is said, exactly, with a way to the setting', async ({ open }) => {
  using folder = temporaryFolder()
  await using host = await startSmall(folder.path)
  await using window = await open(host)
  const { page, flows, inspector } = window
  const { messages, message } = inspector
  await using pair = await openWsPair(host.listeningPort, '/small-disk')
  await flows.row('/small-disk').click()
  const send = async (what: string | Buffer): Promise<void> => {
    const came = once(pair.server, 'message')
    pair.client.send(what)
    await came
  }
  await send('the first')
  for (let n = 0; n < 50; n++) await send(Buffer.alloc(100_000, n))
  await send('the last')
  const last = messages.getByRole('row', { name: /the last$/ })
  await see(last).toBeVisible()
  // What is said above the list takes of its height, and its end stays in sight.
  await see(
    inspector.says(/of what was sent are not kept \(bytes \d+ to \d+.*bodies on disk exceeded 1m/),
  ).toBeVisible()
  await see(inspector.link('Change the disk space for bodies')).toBeVisible()
  await see(last).toBeInViewport()
  await messages.focus()
  await page.keyboard.press('Home')
  await see(message).toContainText('the first')
  await see(messages.getByRole('row', { name: /not recorded/ }).first()).toBeVisible()
  await page.keyboard.press('PageDown')
  await see(message).toBeVisible()
  await page.keyboard.press('End')
  await see(message).toContainText('the last')
})

// The search went on with the places of before, and what was chosen became another message.
test('when a part of the list is given up, a filtered one and its search begin anew', async ({ open }) => {
  using folder = temporaryFolder()
  await using host = await startSmall(folder.path)
  await using window = await open(host)
  const { flows, inspector } = window
  const { message } = inspector
  await using pair = await openWsPair(host.listeningPort, '/given-up')
  await flows.row('/given-up').click()
  const send = async (count: number, last: string): Promise<void> => {
    for (let n = 1; n < count; n++) {
      pair.client.send(String(n))
      if (n % 5000 === 0) await expect.poll(() => pair.client.bufferedAmount, soon).toBe(0)
    }
    pair.client.send(last)
  }
  await send(10_000, 'a needle')
  await inspector.region.getByRole('button', { name: 'Sent', exact: true }).click()
  await see(inspector.region.getByRole('heading', { name: 'Messages' })).toHaveText('Messages 10,000 of 10,000')
  await inspector.region.getByRole('button', { name: 'Find in all messages' }).click()
  await inspector.region.getByRole('textbox', { name: 'Find in all messages' }).fill('needle')
  const count = inspector.region.getByRole('search').getByRole('status')
  await see(count).toHaveText('1 of 1')
  await see(message).toContainText('a needle')
  // The list alone is larger than what is kept, and the needle is in the midst of it.
  await send(50_000, 'the last needle')
  await see(message).toContainText('the last needle')
  await see(count).toHaveText(/^1 of 1 /)
  await see(inspector.says(/messages are not listed any more .*bodies on disk exceeded 1m/)).toBeVisible()
})
