/** Request bodies: they cross at once, with flat memory, and Expect is the origin's to answer. */
import { createHash } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { expect } from 'vitest'
import { Origin } from '../../app/headless/testing/origin.ts'
import { peakBytes, residentBytes } from '../../bench/measure/memory.ts'
import { patterned } from '../../main/testing/bytes.ts'
import { curl } from '../fixtures/curl.ts'
import { startSpillway } from '../fixtures/spillway.ts'
import { test } from '../fixtures/test.ts'

const MiB = 1024 * 1024
const block = patterned(MiB)

/** Answers with what came: length and hash. */
const receipt: RequestListener = (request, response) => {
  const hash = createHash('sha1')
  let length = 0
  request.on('data', (data: Buffer) => {
    hash.update(data)
    length += data.length
  })
  request.on('end', () => response.end(`${length} ${hash.digest('hex')}`))
}

function receiptFor(blocks: number): string {
  const hash = createHash('sha1')
  for (let n = 0; n < blocks; n++) hash.update(block)
  return `${blocks * MiB} ${hash.digest('hex')}`
}

// Over HTTP/2 curl asks for no 100 of its own accord.
const uploads = [
  ['http', '1.1'],
  ['https', '1.1'],
  ['https', '2'],
] as const
test.for(uploads)('200 MB over %s, HTTP/%s, in flat memory', async ([scheme, version], { folder, certificates }) => {
  const file = join(folder, 'upload.bin')
  const handle = openSync(file, 'w')
  for (let n = 0; n < 200; n++) writeSync(handle, block)
  closeSync(handle)
  const expected: (string | undefined)[] = []
  await using origin = await Origin.start(receipt, scheme === 'https' ? certificates.pem : undefined)
  origin.server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    expected.push(request.headers.expect)
    response.writeContinue()
    receipt(request, response)
  })
  await using spillway = await startSpillway(['--origin-ca', certificates.ca])
  await curl(spillway, [origin.url('/warm')])
  const before = residentBytes(spillway.pid)
  const url = origin.url('/upload')
  const { code, text, stderr } = await curl(spillway, ['-v', `--http${version}`, '-T', file, url], {
    withinMs: 50_000,
  })
  expect([code, text]).toEqual([0, receiptFor(200)])
  expect(expected).toEqual(version === '2' ? [] : ['100-continue'])
  if (version !== '2') expect(stderr).toContain('HTTP/1.1 100 Continue')
  const flow = await spillway.flowOf('/upload')
  expect(flow).toMatchObject({ method: 'PUT', request: { bytes: 200 * MiB, delivered: 200 * MiB }, error: null })
  const added = (peakBytes(spillway.pid) - before) / MiB
  // Windows of HTTP/2 are larger than those of a socket, and fuller where the machine is busy: half of the body at most.
  expect(added).toBeLessThan(version === '2' ? 100 : 40)
})

test('an origin that refuses instead of continuing gets no body', async ({ spillway }) => {
  await using origin = await Origin.start(receipt)
  origin.server.on('checkContinue', (_: IncomingMessage, response: ServerResponse) => {
    response.writeHead(413).end('too large')
  })
  const { code, text, transfers } = await curl(spillway, ['-T', '-', origin.url('/refused')], { input: block })
  expect([code, transfers[0]?.http_code, text]).toEqual([0, 413, 'too large'])
  expect(transfers[0]?.size_upload).toBe(0)
  const flow = await spillway.flowOf('/refused')
  expect(flow).toMatchObject({ status: 413, request: { bytes: 0 } })
})

test.for(['1.0', '1.1'])('a form over HTTP/%s, then another over the same proxy', async (version, { spillway }) => {
  await using origin = await Origin.start(receipt)
  for (const body of ['a=1', 'b=22']) {
    const url = origin.url(`/form-${version}-${body.length}`)
    const { code, text } = await curl(spillway, [`--http${version}`, '-d', body, url])
    expect([code, text]).toEqual([0, `${body.length} ${createHash('sha1').update(body).digest('hex')}`])
  }
})

test('chunked from a pipe, framed as chunks to the origin', async ({ spillway }) => {
  const codings: (string | undefined)[] = []
  await using origin = await Origin.start((request, response) => {
    codings.push(request.headers['transfer-encoding'])
    receipt(request, response)
  })
  origin.server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    response.writeContinue()
    origin.server.emit('request', request, response)
  })
  const { code, text } = await curl(spillway, ['-T', '-', origin.url('/piped')], { input: block })
  expect([code, text]).toEqual([0, receiptFor(1)])
  expect(codings).toEqual(['chunked'])
})
