/** What a captured flow would have got is what it gets: asked with its own settings, and with those of others. */
import { expect, test } from 'vitest'
import { defaultSettings, type Settings } from '../../model/settings.ts'
import type { Flow } from '../../model/flow.ts'
import { chunk, patterned } from '../../testing/bytes.ts'
import { connectTunnel } from '../../testing/raw-client.ts'
import { openScene, type Scene } from '../../testing/scene.ts'
import { wouldDeliver } from '../index.ts'

const kinds: Partial<Settings>[] = [
  {},
  { streamSize: 0 },
  { streamSize: 3000 },
  { streamSize: 3000, streamUnknown: 'now' },
  { liveTypes: false },
  { bufferLimit: 2000 },
  { rules: [{ host: 'localhost', path: '/a*#x', method: 'get', delivery: 'stream' }] },
  { rules: [{ type: 'text/*', status: '2xx', delivery: 'buffer', name: 'texts' }], bufferLimit: 4000 },
  { rules: [{ host: '127.0.0.1', delivery: 'stream' }] },
  { rules: [{ largerThan: 100, delivery: 'stream' }] },
]
const full = (wanted: Partial<Settings>): Settings => ({ ...defaultSettings, holdMs: 3_600_000, caDir: '', ...wanted })

const content = patterned(5000)
const plain = 'Content-Type: text/plain\r\n'
const responses: [name: string, path: string, bytes: (string | Buffer)[]][] = [
  ['small', '/a?b#x', [`HTTP/1.1 200 OK\r\n${plain}Content-Length: 2\r\n\r\nhi`]],
  ['large', '/a/large', [`HTTP/1.1 200 OK\r\nContent-Length: ${content.length}\r\n\r\n`, content]],
  ['small chunked', '/', [`HTTP/1.1 200 OK\r\n${plain}Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n`]],
  ['large chunked', '/c', [`HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n`, chunk(content), '0\r\n\r\n']],
  ['live', '/live', [`HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 2\r\n\r\nhi`]],
  ['empty', '/none', ['HTTP/1.1 204 No Content\r\n\r\n']],
]

async function capture(scene: Scene, path: string, bytes: (string | Buffer)[]): Promise<Flow> {
  const { client, connection } = await scene.ask(path)
  for (const piece of bytes) void connection.write(piece)
  await client.readUntil('\r\n\r\n')
  const flow = await scene.ended()
  connection.destroy()
  client.destroy()
  return flow
}

test.each([false, true])(
  'every kind of response, captured and asked under every kind of settings, TLS %s',
  async (tls) => {
    const captured: Flow[][] = []
    for (const wanted of kinds) {
      await using scene = await openScene(wanted, { tls })
      const flows: Flow[] = []
      for (const [, path, bytes] of responses) flows.push(await capture(scene, path, bytes))
      captured.push(flows)
    }
    const modes = new Set<string>()
    for (const [of, wanted] of kinds.entries()) {
      const settings = full(wanted)
      for (const [at, [name]] of responses.entries()) {
        const { mode, reason, crossoverAt } = captured[of]![at]!.delivery!
        modes.add(`${mode} ${crossoverAt}`)
        // Whatever it was captured under, asked for these settings it must say what happened under them.
        for (const flows of captured) {
          const would = wouldDeliver(flows[at]!, settings)
          expect([name, wanted, { crossoverAt: undefined, ...would }]).toEqual([
            name,
            wanted,
            { mode, reason, crossoverAt },
          ])
        }
      }
    }
    const streamed = ['2000', '3000', '4000', 'undefined'].map((at) => `streamed ${at}`)
    expect([...modes].sort()).toEqual(['buffered undefined', ...streamed])
  },
)

test('nothing for tunnels, and for flows without a response', async () => {
  await using scene = await openScene()
  const tunnel = await connectTunnel(scene.proxy.port, scene.origin.authority)
  void tunnel.write('\0')
  const connection = await scene.origin.accept()
  tunnel.destroy()
  connection.destroy()
  expect(wouldDeliver(await scene.proxy.ended(), full({}))).toBeUndefined()
  const { client } = await scene.ask()
  expect(wouldDeliver(scene.running, full({}))).toBeUndefined()
  client.destroy()
  expect(wouldDeliver(await scene.ended(), full({}))).toBeUndefined()
})

test('a running body counts as far as it has come', async () => {
  await using scene = await openScene()
  const { client, connection } = await scene.ask()
  void connection.write('HTTP/1.1 200 OK\r\n\r\n123')
  await scene.hasReceived(3)
  const settings = full({ streamSize: 4 })
  expect(wouldDeliver(scene.running, settings)).toEqual({ mode: 'buffered', reason: 'unknown length, held up to 4b' })
  void connection.write('45')
  await scene.hasReceived(5)
  const streamed = { mode: 'streamed', reason: 'larger than 4b', crossoverAt: 4 }
  expect(wouldDeliver(scene.running, settings)).toEqual(streamed)
  client.destroy()
  expect(wouldDeliver(await scene.ended(), settings)).toEqual(streamed)
})
