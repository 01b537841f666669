/** That the suite sees what must not be: one of each is planted, and the round fails for it. */
import { EventEmitter, once } from 'node:events'
import { connect, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { connectClient } from '../../main/testing/raw-client.ts'
import { startOrigin } from '../../main/testing/scripted-origin.ts'
import { MemoryLevel } from '../memory-level.ts'
import { playRound, type RoundOptions } from '../round.ts'
import { sentencesOf } from '../sentences.ts'

type Plant = NonNullable<RoundOptions['plant']>

/** What the round says of it, first of all. */
const found = (plant: Plant, seeds: number[] = []): Promise<string | undefined> =>
  playRound({ seeds, beside: 1, patienceMs: 300, plant }).then(
    () => undefined,
    (error: unknown) => sentencesOf(error)[0],
  )

test('a round in which nothing is planted has nothing', async () => {
  expect(await found(() => undefined)).toBeUndefined()
})

test('timers', async () => {
  const round = found((_, stack) => {
    // Some, as those beside us have one or two that come and go.
    for (let count = 0; count < 10; count++) {
      const timer = setTimeout(() => undefined, 3_600_000)
      stack.defer(() => clearTimeout(timer))
    }
  })
  expect(await round).toMatch(/^left behind: (\d+) Timeout instead of \d+$/)
})

test('a socket, and somebody who listens', async () => {
  const round = found(async (_, stack) => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    stack.defer(async () => {
      server.close()
      socket.destroy()
      await once(server, 'close')
    })
  })
  expect(await round).toMatch(/^left behind: (?=.*\d+ TCPSocketWrap instead of \d+)(?=.*\d+ TCPServerWrap instead)/)
})

test('a flow that goes on', async () => {
  const round = found(async ({ proxy }, stack) => {
    const origin = stack.use(await startOrigin())
    const client = stack.use(await connectClient(proxy.port))
    void client.write(`GET http://${origin.authority}/for-ever HTTP/1.1\r\nHost: h\r\n\r\n`)
    await origin.request()
  })
  expect(await round).toMatch(/^beside the one that goes on, these run: .*\/for-ever/)
})

test('a flow that ends twice', async () => {
  const round = found(
    ({ proxy, flows }) => {
      proxy.engine.onFlow((event) => {
        if (event.kind === 'ended') flows.take(event)
      })
    },
    [0],
  )
  expect(await round).toMatch(/flow \d+ has ended 2 times/)
})

test('listeners that pile up', async () => {
  const round = found(() => {
    const emitter = new EventEmitter()
    for (let count = 0; count < 11; count++) emitter.on('close', () => undefined)
  })
  expect(await round).toMatch(/^Node warned of MaxListenersExceededWarning: /)
})

test('memory', async () => {
  const level = new MemoryLevel(3)
  await level.check()
  const held = [Buffer.alloc(128 * 1024 * 1024, 1)]
  await expect(level.check()).rejects.toThrow(/^memory does not come back to its level: \d+ MiB held, \d+ after/)
  held.length = 0
  await level.check()
})
