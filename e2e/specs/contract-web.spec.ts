/** The contract over the WebSocket of `--web`: a real host, a real server, real sockets. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { get, Origin } from '../../app/headless/testing/origin.ts'
import { childLauncher } from '../../main/index.ts'
import { openHost } from '../../app/host/index.ts'
import { WindowServer } from '../../app/web/server.ts'
import { newToken } from '../../app/web/token.ts'
import { WindowClient } from '../../app/web/testing/window-client.ts'
import { ListModel } from '../contract-suite/list-model.ts'
import { contractSuite } from '../contract-suite/suite.ts'
import { SuiteWindow, type Bound, type Wire } from '../contract-suite/wire.ts'

/** For a machine that is busy. */
const soon = { timeout: 20_000 }

const launchSandbox = childLauncher(new URL('../../dist/sandbox/watchdog.js', import.meta.url))

type Web = Bound & { port: number; token: string }

async function openWeb(): Promise<Web> {
  const dataDir = mkdtempSync(join(tmpdir(), 'spillway-contract-'))
  const host = await openHost({
    dataDir,
    fixed: { listen: { host: '127.0.0.1', port: 0 } },
    info: { host: 'web', version: 'test', platform: process.platform },
    launchSandbox,
  })
  const token = newToken()
  const complain = (sentence: string): never => {
    throw new Error(sentence)
  }
  const server = new WindowServer({ host, token, folder: dataDir, complain })
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 })
  return {
    port,
    token,
    connect: async () => wireOf(await WindowClient.open(port, token)),
    windows: () => server.windows,
    async [Symbol.asyncDispose]() {
      await host.close(0)
      await server.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

function wireOf(client: WindowClient): Wire {
  return {
    post: (message) => client.post(message),
    onMessage: (listener) => client.onMessage(listener),
    close: () => client[Symbol.asyncDispose](),
  }
}

contractSuite('a WebSocket', openWeb)

test('a tab that does not read misses messages, knows it, and holds up no other tab', { timeout: 60_000 }, async () => {
  await using web = await openWeb()
  await using origin = await Origin.start((_, response) => response.end())
  const sleeping = await WindowClient.open(web.port, web.token)
  await using asleep = new SuiteWindow(wireOf(sleeping))
  await using awake = new SuiteWindow(await web.connect())
  const { address } = await awake.call('capture.start', undefined)
  await asleep.call('app.info', undefined)
  sleeping.socket.pause()
  // More than the kernel keeps for a socket and the host for a window.
  const long = 'x'.repeat(20_000)
  const flows = 500
  const ended = () =>
    new Set(awake.told('flows').flatMap(({ rows }) => rows.filter(({ end }) => end).map(({ id }) => id)))
  for (let count = 1; count <= flows; count++) {
    await get(address!.port, origin.url(`/${count}?${long}`))
    // With more of such URLs between two messages, every tab would have to fetch the list anew.
    if (count % 20 === 0) await awake.until(() => ended().size === count, 'all rows so far in the tab that reads')
  }
  sleeping.socket.resume()
  const last = (window: SuiteWindow) => window.told('flows').at(-1)?.seq
  await expect.poll(() => last(asleep) === last(awake), soon).toBe(true)
  const gaps = (window: SuiteWindow) =>
    window.told('flows').filter(({ seq }, index, all) => index > 0 && seq !== all[index - 1]!.seq + 1).length
  expect(gaps(awake)).toBe(0)
  expect(gaps(asleep)).toBeGreaterThan(0)
  const [whole, again] = [new ListModel(), new ListModel()]
  await Promise.all([whole.fetch(awake), again.fetch(asleep)])
  expect(again.sorted()).toEqual(whole.sorted())
  expect(whole.sorted()).toHaveLength(flows)
  // Rows with such URLs come in smaller pages: no message is so long that a window waits for it.
  expect((await awake.call('flows.page', { after: 0 })).rows.length).toBeLessThan(100)
})
