/** HTTP/2 as curl, nghttp and h2load speak it, to nginx, which speaks what it is asked in: two libraries beside Node's. */
import { describe, expect } from 'vitest'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runWell } from '../fixtures/command.ts'
import { curl } from '../fixtures/curl.ts'
import { files } from '../fixtures/nginx.ts'
import { startSpillway } from '../fixtures/spillway.ts'
import { test } from '../fixtures/test.ts'
import { tool } from '../fixtures/tools.ts'

const small = files['small.txt']
const large = files['3.1m.bin']

describe('curl, to an origin that speaks both', () => {
  test.for([
    ['--http1.0', '1.0', '1.1'],
    ['--http1.1', '1.1', '1.1'],
    ['--http2', '2', '2'],
    ['--http2-prior-knowledge', '2', '2'],
  ] as const)('%s: the client has %s, the origin %s', async ([option, asked, answered], { spillway, nginx }) => {
    const url = `${nginx.http2}/3.1m.bin?${option}`
    const { code, body, transfers } = await curl(spillway, [option, url])
    expect([code, body.equals(large), transfers[0]?.http_code]).toEqual([0, true, 200])
    expect(await spillway.flow((flow) => flow.url === url)).toMatchObject({
      httpVersion: asked,
      origin: { tls: { alpn: answered === '2' ? 'h2' : 'http/1.1' } },
      response: { httpVersion: answered, bytes: large.length, delivered: large.length, recorded: 'complete' },
      error: null,
    })
  })

  test('ten at once share one connection on either side', async ({ spillway, nginx }) => {
    const urls = Array.from({ length: 10 }, (_, n) => `${nginx.http2}/2.9m.bin?at-once${n}`)
    const parallel = ['-Z', '--parallel-max', '10', '--http2']
    const { code, body, transfers } = await curl(spillway, [...parallel, ...urls.flatMap((url) => ['-o', '-', url])])
    expect([code, body.length]).toEqual([0, 10 * files['2.9m.bin'].length])
    expect(transfers.reduce((sum, { num_connects }) => sum + num_connects, 0)).toBe(1)
    const flows = await Promise.all(urls.map((url) => spillway.flow((flow) => flow.url === url)))
    expect(new Set(flows.map(({ client }) => client.id)).size).toBe(1)
    expect(new Set(flows.map(({ origin }) => origin?.id)).size).toBe(1)
  })

  test('a range, a HEAD and a 304 keep their lengths and have no body where there is none', async ({
    spillway,
    nginx,
  }) => {
    const url = `${nginx.http2}/3.1m.bin`
    const part = await curl(spillway, ['--http2', '-r', '1000-1099', `${url}?part`])
    expect([part.transfers[0]?.http_code, part.body.equals(large.subarray(1000, 1100))]).toEqual([206, true])
    const head = await curl(spillway, ['--http2', '-I', `${url}?head`])
    expect([head.code, head.text]).toEqual([0, expect.stringContaining(`content-length: ${large.length}\r\n`)])
    const [, etag = ''] = /^etag: (".*")\r$/m.exec(head.text) ?? []
    const known = await curl(spillway, ['--http2', '-H', `If-None-Match: ${etag}`, `${url}?known`])
    expect([known.code, known.transfers[0]?.http_code, known.body.length]).toEqual([0, 304, 0])
  })
})

test('curl in a tunnel without TLS, by prior knowledge: the origin speaks nothing else', async ({
  spillway,
  nginx,
}) => {
  const url = `${nginx.h2c}/3.1m.bin?tunnel`
  const { code, body } = await curl(spillway, ['-p', '--http2-prior-knowledge', url])
  expect([code, body.equals(large)]).toEqual([0, true])
  expect(await spillway.flow((flow) => flow.url === url)).toMatchObject({ response: { httpVersion: '2' }, error: null })
})

describe('nghttp and h2load, by prior knowledge to the port of the proxy', () => {
  test.for(['http', 'http2'] as const)('nghttp gets a body from %s', async (origin, { spillway, nginx }) => {
    const { protocol, host } = new URL(nginx[origin])
    const to = ['-H', `:scheme: ${protocol.slice(0, -1)}`, '-H', `:authority: ${host}`]
    const path = `/3.1m.bin?nghttp-${origin}`
    const { stdout, stderr } = await runWell(tool('nghttp'), [...to, `${spillway.url}${path}`])
    expect([stdout.equals(large), stderr]).toEqual([true, ''])
    expect(await spillway.flowOf(path)).toMatchObject({
      url: `${nginx[origin]}${path}`,
      httpVersion: '2',
      response: { httpVersion: origin === 'http2' ? '2' : '1.1' },
      error: null,
    })
  })

  test('h2load: a thousand requests, a hundred at once over each of two connections', async ({ spillway, nginx }) => {
    const load = ['-n', '1000', '-c', '2', '-m', '100', '--connect-to', `127.0.0.1:${spillway.listeningPort}`]
    const { stdout } = await runWell(tool('h2load'), [...load, `${nginx.http}/small.txt?h2load`])
    const text = stdout.toString()
    expect(text).toContain('1000 done, 1000 succeeded, 0 failed, 0 errored, 0 timeout')
    expect(text).toContain(`(${1000 * small.length}) data`)
    await spillway.until(() => spillway.flows.filter(({ url }) => url.endsWith('?h2load')).length === 1000)
  })
})

describe('base URLs, for programs that know no proxy', () => {
  test.for(['http', 'http2'] as const)(
    'h2load and nghttp over TLS and without, to %s',
    async (origin, { nginx, certificates, folder }) => {
      const args = ['--reverse', `0=${nginx[origin]}`, '--origin-ca', certificates.ca]
      await using spillway = await startSpillway(args)
      const [, port = ''] = await spillway.says('stderr', /reverse http:\/\/127\.0\.0\.1:(\d+) for /)
      for (const scheme of origin === 'http' ? ['https'] : ['https', 'http']) {
        const base = `${scheme}://localhost:${port}`
        const load = await runWell(tool('h2load'), ['-n', '200', '-c', '2', '-m', '50', `${base}/small.txt`])
        expect(load.stdout.toString()).toContain('200 done, 200 succeeded, 0 failed, 0 errored, 0 timeout')
        const got = await runWell(tool('nghttp'), [`${base}/3.1m.bin`])
        expect(got.stdout.equals(large)).toBe(true)
        expect(await spillway.flowOf('/3.1m.bin')).toMatchObject({
          url: `${nginx[origin]}/3.1m.bin`,
          httpVersion: '2',
          client: { tls: scheme === 'https' ? { alpn: 'h2' } : null },
          response: { httpVersion: origin === 'http2' ? '2' : '1.1' },
        })
      }
      // Trusting our CA alone.
      const file = join(folder, `reversed-${origin}`)
      const url = `https://127.0.0.1:${port}/small.txt`
      await runWell(tool('curl'), ['-sS', '--noproxy', '*', '--cacert', spillway.ca, '-o', file, url])
      expect(readFileSync(file).equals(small)).toBe(true)
    },
  )
})
