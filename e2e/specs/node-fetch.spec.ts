/** fetch through a proxy agent, and Node's own through HTTP_PROXY: whole bodies, and event streams event by event. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { fetch, ProxyAgent } from 'undici'
import { originCa, startOrigin } from '../../main/testing/scripted-origin.ts'
import { chunk } from '../../main/testing/bytes.ts'
import { runWell } from '../fixtures/command.ts'
import { files } from '../fixtures/nginx.ts'
import { startSpillway, type Spillway } from '../fixtures/spillway.ts'
import { test as base } from '../fixtures/test.ts'

const test = base.extend('streaming', { scope: 'file' }, async ({ folder }, { onCleanup }) => {
  const ca = join(folder, 'scripted.pem')
  writeFileSync(ca, (await originCa()).pem)
  const spillway = await startSpillway(['--origin-ca', ca])
  onCleanup(() => spillway[Symbol.asyncDispose]())
  return spillway
})

/** `tunnel`: CONNECT for http: URLs too. */
function agentFor(spillway: Spillway, tunnel = false): ProxyAgent & AsyncDisposable {
  const agent = new ProxyAgent({ uri: spillway.url, proxyTunnel: tunnel, requestTls: { ca: spillway.caPem } })
  return Object.assign(agent, { [Symbol.asyncDispose]: () => agent.destroy() })
}

const ways = [
  { scheme: 'http', tunnel: false },
  { scheme: 'http', tunnel: true },
  { scheme: 'https', tunnel: true },
] as const

test.for(ways)('fetch reads a body over $scheme, tunnel $tunnel', async ({ scheme, tunnel }, { spillway, nginx }) => {
  await using dispatcher = agentFor(spillway, tunnel)
  const url = `${nginx[scheme]}/gzip/3.1m.bin?${tunnel}`
  const response = await fetch(url, { dispatcher })
  expect(response.headers.get('content-encoding')).toBe('gzip')
  expect(Buffer.from(await response.arrayBuffer()).equals(files['3.1m.bin'])).toBe(true)
  expect(await spillway.flow((flow) => flow.url === url)).toMatchObject({ status: 200, error: null })
})

test.for(ways)(
  'an event stream over $scheme, tunnel $tunnel: each event before the next is sent',
  async (way, { streaming }) => {
    const tls = way.scheme === 'https'
    await using origin = await startOrigin({ tls })
    await using dispatcher = agentFor(streaming, way.tunnel)
    const url = `${way.scheme}://${origin.authority}/events?${way.tunnel}`
    const pending = fetch(url, { dispatcher })
    const { connection } = await origin.request()
    const fields = 'Content-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked'
    void connection.write(`HTTP/1.1 200 OK\r\n${fields}\r\n\r\n`)
    // The head comes before the first event is there.
    const response = await pending
    const reader = response.body!.getReader()
    for (let n = 1; n <= 20; n++) {
      void connection.write(chunk(`data: event ${n}\n\n`))
      expect(Buffer.from((await reader.read()).value as Uint8Array).toString()).toBe(`data: event ${n}\n\n`)
    }
    void connection.write('0\r\n\r\n')
    expect((await reader.read()).done).toBe(true)
    const flow = await streaming.flow((ended) => ended.url === url)
    expect(flow).toMatchObject({ delivery: 'streamed', reason: 'live type text/event-stream' })
    expect(flow.response).toMatchObject({ chunks: 20, deliveredChunks: 20, recorded: 'complete' })
  },
)

test('an answer that is aborted ends its flow', async ({ streaming }) => {
  await using origin = await startOrigin()
  await using dispatcher = agentFor(streaming)
  const abort = new AbortController()
  const pending = fetch(`http://${origin.authority}/aborted`, { dispatcher, signal: abort.signal })
  const { connection } = await origin.request()
  void connection.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n')
  const response = await pending
  const reader = response.body!.getReader()
  await reader.read()
  abort.abort()
  await expect(reader.read()).rejects.toThrow()
  expect(await connection.closed).not.toBe('here')
  expect((await streaming.flowOf('/aborted')).error).toMatchObject({ code: 'CLIENT_CLOSED', side: 'client' })
})

test("Node's own fetch, told by the environment alone", async ({ spillway, nginx }) => {
  const script = `for (const url of process.argv.slice(1)) {
    const response = await fetch(url)
    console.log(response.status, (await response.bytes()).length)
  }`
  const env = {
    NODE_USE_ENV_PROXY: '1',
    HTTP_PROXY: spillway.url,
    HTTPS_PROXY: spillway.url,
    NODE_EXTRA_CA_CERTS: spillway.ca,
  }
  const urls = [`${nginx.http}/2.9m.bin?env`, `${nginx.https}/2.9m.bin?env`]
  const { stdout } = await runWell(process.execPath, ['--input-type=module', '-e', script, ...urls], { env })
  const line = `200 ${files['2.9m.bin'].length}\n`
  expect(stdout.toString()).toBe(line + line)
  expect([(await spillway.flowOf('?env')).url, (await spillway.flowOf('?env')).url]).toEqual(urls)
})
