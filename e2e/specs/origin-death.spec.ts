/** An origin that dies never looks like a complete answer: what curl says for each way to die. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { originCa, startOrigin } from '../../main/testing/scripted-origin.ts'
import { says } from '../fixtures/command.ts'
import { curl } from '../fixtures/curl.ts'
import { freePort } from '../fixtures/nginx.ts'
import { startSpillway } from '../fixtures/spillway.ts'
import { test as base } from '../fixtures/test.ts'

/** Trusts the scripted origins, and streams all, so that heads have gone out when the origin dies. */
const test = base.extend('streaming', { scope: 'file' }, async ({ folder }, { onCleanup }) => {
  const ca = join(folder, 'scripted.pem')
  writeFileSync(ca, (await originCa()).pem)
  const spillway = await startSpillway(['--stream', '0', '--stream-unknown', 'now', '--origin-ca', ca])
  onCleanup(() => spillway[Symbol.asyncDispose]())
  return spillway
})

const head = 'HTTP/1.1 200 OK\r\n'
const bodies = {
  'a body cut short': `${head}Content-Length: 100\r\n\r\n0123456789`,
  'chunks without the last': `${head}Transfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n`,
  'half a chunk': `${head}Transfer-Encoding: chunked\r\n\r\n14\r\n0123456789`,
}
const cases = Object.keys(bodies).flatMap((body) =>
  [false, true].flatMap((tls) => (['end', 'reset'] as const).map((death) => ({ body, tls, death }))),
)

// curl: 18 a partial file, 56 nothing more can be received, 92 a stream of HTTP/2 was reset.
test.for(cases)('$body, TLS $tls, the origin dies by $death', async ({ body, tls, death }, { streaming }) => {
  await using origin = await startOrigin({ tls })
  const path = `/${encodeURIComponent(`${body} ${death}`)}`
  const delivered = Promise.withResolvers<RegExpExecArray>()
  const url = `${tls ? 'https' : 'http'}://${origin.authority}${path}`
  const answer = curl(streaming, ['-N', url], {
    onStarted: (started) => delivered.resolve(says(started, /0123456789/)),
  })
  const { connection } = await origin.request()
  void connection.write(bodies[body as keyof typeof bodies])
  // What has come is handed on before the origin dies.
  await delivered.promise
  connection[death]()
  const { code, text, stderr } = await answer
  expect(tls ? [92] : [18, 56]).toContain(code)
  expect(stderr).not.toBe('')
  expect(text).toBe('0123456789')
  const flow = await streaming.flow(({ url }) => url.endsWith(path))
  expect(flow).toMatchObject({ status: 200, delivery: 'streamed' })
  expect(flow.error).toMatchObject({ code: 'ORIGIN_CLOSED', side: 'origin', phase: 'response-body' })
})

test('a buffered body cut short is a 502 with the cause', async ({ spillway }) => {
  await using origin = await startOrigin()
  const answer = curl(spillway, [`http://${origin.authority}/held`])
  const { connection } = await origin.request()
  connection.end(bodies['a body cut short'])
  const { code, text, transfers } = await answer
  expect([code, transfers[0]?.http_code]).toEqual([0, 502])
  expect(text).toMatch(/closed|ended/)
  expect((await spillway.flowOf('/held')).error).toMatchObject({ code: 'ORIGIN_CLOSED', side: 'origin' })
})

test('an origin that closes before its head is a 502', async ({ spillway }) => {
  await using origin = await startOrigin()
  const answer = curl(spillway, [`http://${origin.authority}/silent`])
  const { connection } = await origin.request()
  connection.end()
  expect((await answer).transfers[0]?.http_code).toBe(502)
  expect((await spillway.flowOf('/silent')).error).toMatchObject({ code: 'ORIGIN_CLOSED', phase: 'response-head' })
})

test.for(['http', 'https'])('nobody listens: a 502 that says so, over %s', async (scheme, { spillway }) => {
  const port = await freePort()
  const { code, text, transfers } = await curl(spillway, [`${scheme}://127.0.0.1:${port}/nobody`])
  expect([code, transfers[0]?.http_code]).toEqual([0, 502])
  expect(text).toContain(`127.0.0.1:${port} refused the connection`)
  expect((await spillway.flowOf('/nobody')).error).toMatchObject({ code: 'CONNECT_REFUSED', side: 'origin' })
})
