/** --json as scripts see it: every key, in one order, whatever becomes of a flow; null where nothing is. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { curl } from '../fixtures/curl.ts'
import { files, freePort } from '../fixtures/nginx.ts'
import { startSpillway, type FlowLine } from '../fixtures/spillway.ts'
import { test } from '../fixtures/test.ts'

const keys =
  'id method url status originStatus httpVersion delivery reason crossoverAt request response timings error client origin notes modifiers messages'
const messageKeys = 'bytes delivered chunks deliveredChunks recorded headers trailers'
const timingKeys = 'startedAt dns connect tls sent firstByte lastByte end'
const connectionKeys = 'id address port tls'

const names = (value: object | null): string => Object.keys(value ?? {}).join(' ')

/** Checks what all lines have in common. */
function expectLine(flow: FlowLine): void {
  expect(names(flow)).toBe(keys)
  expect(names(flow.request)).toBe(messageKeys)
  expect(names(flow.timings)).toBe(timingKeys)
  expect(names(flow.client)).toBe(connectionKeys)
  if (flow.response) expect(names(flow.response)).toBe(`${messageKeys} httpVersion sent`)
  if (flow.origin) expect(names(flow.origin)).toBe(`${connectionKeys} reused via`)
  if (flow.error) {
    const place = flow.error.side === 'modifier' ? ' file line column' : ''
    expect(names(flow.error)).toBe(`code side phase message${place}`)
  }
  expect(flow.timings.startedAt).toBeGreaterThan(Date.now() - 60_000)
  const { dns, connect, tls, sent, firstByte, lastByte, end } = flow.timings
  // An answer may begin before its request has ended, so `sent` has no place among them.
  const order = [dns, connect, tls, firstByte, lastByte, end].filter((at) => at !== null)
  expect(order).toEqual(order.toSorted((a, b) => a - b))
  expect(end).toBeGreaterThan(sent ?? 0)
}

test('a buffered flow over HTTPS', async ({ spillway, nginx }) => {
  const fields = ['-d', 'hello', '-H', 'X-A: 1', '-H', 'x-a: 2']
  await curl(spillway, ['--http1.1', ...fields, '-X', 'GET', `${nginx.https}/small.txt?json`])
  const flow = await spillway.flowOf('?json')
  expectLine(flow)
  expect(flow).toMatchObject({
    method: 'GET',
    url: `${nginx.https}/small.txt?json`,
    status: 200,
    httpVersion: '1.1',
    delivery: 'buffered',
    reason: 'no rule streams it',
    crossoverAt: null,
    request: { bytes: 5, delivered: 5, recorded: 'complete', trailers: null },
    response: { bytes: 1000, delivered: 1000, recorded: 'complete', httpVersion: '1.1', trailers: null },
    error: null,
    client: { address: '127.0.0.1', tls: { version: 'TLSv1.3', serverName: 'localhost' } },
    origin: { address: '127.0.0.1', port: Number(new URL(nginx.https).port), reused: false, via: null },
    notes: [],
  })
  expect(flow.request.headers).toContainEqual(['X-A', '1'])
  expect(flow.request.headers).toContainEqual(['x-a', '2'])
  expect(flow.response?.headers).toContainEqual(['Content-Length', String(files['small.txt'].length)])
  expect(names(flow.client.tls)).toBe('version alpn serverName certificate')
  expect(names(flow.origin?.tls?.certificate ?? null)).toBe('subject issuer validFrom validTo sha256')
})

test('a streamed flow', async ({ nginx }) => {
  await using spillway = await startSpillway(['--stream', '0'])
  await curl(spillway, [`${nginx.http}/2.9m.bin`])
  const flow = await spillway.flow()
  expectLine(flow)
  expect(flow).toMatchObject({ delivery: 'streamed', reason: 'larger than 0', crossoverAt: null, error: null })
  const { length } = files['2.9m.bin']
  expect(flow.response).toMatchObject({ bytes: length, delivered: length, recorded: 'missing' })
})

test('a tunnelled flow', async ({ nginx, certificates }) => {
  await using spillway = await startSpillway(['--passthrough', 'localhost'])
  await curl(spillway, ['--cacert', certificates.ca, `${nginx.https}/small.txt`])
  const flow = await spillway.flow()
  expectLine(flow)
  expect(flow).toMatchObject({ method: 'CONNECT', status: 200, delivery: 'tunnelled', error: null, crossoverAt: null })
  expect(flow.request.bytes).toBeGreaterThan(100)
  expect(flow.response?.bytes).toBeGreaterThan(1000)
  expect([flow.request.recorded, flow.response?.recorded]).toEqual(['missing', 'missing'])
})

test('a failed flow', async ({ spillway }) => {
  const port = await freePort()
  await curl(spillway, [`http://127.0.0.1:${port}/failed`])
  const flow = await spillway.flowOf('/failed')
  expectLine(flow)
  expect(flow).toMatchObject({ status: 502, originStatus: null, delivery: null, response: null, origin: null })
  expect(flow.error).toEqual({
    code: 'CONNECT_REFUSED',
    side: 'origin',
    phase: 'connect',
    message: `127.0.0.1:${port} refused the connection: nothing listens there`,
  })
})

const throwing = `export default async function* (chunks: AsyncIterable<Uint8Array>) {
  for await (const chunk of chunks) {
    yield chunk
    throw new Error('oh no')
  }
}
`

test('a flow through modifiers, and one that a modifier has ended: with file, line and column', async ({
  nginx,
  folder,
}) => {
  const file = join(mkdtempSync(join(folder, 'modifier-')), 'throws.ts')
  writeFileSync(file, 'export default (chunks) => chunks')
  await using spillway = await startSpillway(['--modifier', file])
  const [fine] = [await curl(spillway, [`${nginx.http}/small.txt?fine`])]
  expect(fine.body.equals(files['small.txt'])).toBe(true)
  const flow = await spillway.flowOf('?fine')
  expectLine(flow)
  const { length } = files['small.txt']
  expect(flow).toMatchObject({ delivery: 'streamed', reason: 'modifier throws', error: null })
  expect(flow.modifiers).toMatchObject([{ name: 'throws', file, version: 1, bytesIn: length, bytesOut: length }])
  // It is read again when it changes.
  writeFileSync(file, throwing)
  for (let count = 0; ; count++) {
    const { code } = await curl(spillway, [`${nginx.http}/small.txt?${count}`])
    const next = await spillway.flowOf(`?${count}`)
    expectLine(next)
    if (next.modifiers[0]?.version === 1) continue
    expect([18, 56]).toContain(code)
    expect(next.error).toMatchObject({ side: 'modifier', code: 'MODIFIER_THREW', file, line: 4, column: 11 })
    expect(next.error?.message).toContain('oh no')
    break
  }
})
