/** What people do with curl, through the proxy, against nginx and Node. */
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { describe, expect } from 'vitest'
import { Origin } from '../../app/headless/testing/origin.ts'
import { startOrigin } from '../../main/testing/scripted-origin.ts'
import { curl } from '../fixtures/curl.ts'
import { files } from '../fixtures/nginx.ts'
import { test } from '../fixtures/test.ts'

const small = files['small.txt']
const large = files['3.1m.bin']

describe('versions', () => {
  test('HTTP/1.0', async ({ spillway, nginx }) => {
    const { code, body } = await curl(spillway, ['-0', `${nginx.http}/small.txt?1.0`])
    expect([code, body.equals(small)]).toEqual([0, true])
    const flow = await spillway.flowOf('?1.0')
    expect(flow).toMatchObject({ httpVersion: '1.0', status: 200, delivery: 'buffered', error: null })
  })

  test('HTTP/1.1', async ({ spillway, nginx }) => {
    const { code, body } = await curl(spillway, ['--http1.1', `${nginx.http}/3.1m.bin?1.1`])
    expect([code, body.equals(large)]).toEqual([0, true])
    const flow = await spillway.flowOf('?1.1')
    expect(flow).toMatchObject({ httpVersion: '1.1', response: { bytes: large.length, delivered: large.length } })
  })

  test('HTTP/2, from an origin of HTTP/1.1', async ({ spillway, nginx }) => {
    const { code, body, transfers } = await curl(spillway, ['--http2', `${nginx.https}/3.1m.bin?2`])
    expect([code, body.equals(large), transfers[0]?.http_version]).toEqual([0, true, '2'])
    const flow = await spillway.flowOf('?2')
    expect(flow).toMatchObject({
      httpVersion: '2',
      client: { tls: { alpn: 'h2' } },
      response: { httpVersion: '1.1', bytes: large.length, delivered: large.length },
    })
  })

  test('HTTP/2 to an origin of HTTP/1.1 alone, from a client that will have nothing else', async ({
    spillway,
    nginx,
  }) => {
    const args = ['--http2-prior-knowledge', `${nginx.https}/small.txt?prior`]
    const { code, body } = await curl(spillway, args)
    expect([code, body.equals(small)]).toEqual([0, true])
  })

  test.for(['1.2', '1.3'])('HTTPS over TLS %s, trusting our CA', async (version, { spillway, nginx }) => {
    const url = `${nginx.https}/3.1m.bin?tls${version}`
    const { code, body, stderr } = await curl(spillway, ['--tls-max', version, url])
    expect(stderr).toBe('')
    expect([code, body.equals(large)]).toEqual([0, true])
    const flow = await spillway.flowOf(`?tls${version}`)
    expect(flow).toMatchObject({ url, status: 200, client: { tls: { version: `TLSv${version}` } } })
    expect(flow.origin?.tls?.certificate?.subject).toMatch('localhost')
  })

  test('HTTPS without our CA says so on both sides', async ({ spillway, nginx, certificates }) => {
    const { code, stderr } = await curl(spillway, ['--cacert', certificates.ca, `${nginx.https}/`])
    expect(code).toBe(60)
    expect(stderr).toMatch(/certificate/)
    const flow = await spillway.flow(({ method }) => method === 'CONNECT')
    expect(flow).toMatchObject({ url: nginx.https.slice('https://'.length), status: null, response: null })
    expect(flow.error).toEqual({
      code: 'CLIENT_UNTRUSTING',
      side: 'client',
      phase: 'client-tls',
      message: 'localhost: the client does not trust the Spillway CA (not installed, or the app pins its certificates)',
    })
  })

  test('-p: CONNECT with plain HTTP inside', async ({ spillway, nginx }) => {
    const { code, body } = await curl(spillway, ['-p', `${nginx.http}/small.txt?tunnel`])
    expect([code, body.equals(small)]).toEqual([0, true])
    expect(await spillway.flowOf('?tunnel')).toMatchObject({ url: `${nginx.http}/small.txt?tunnel`, status: 200 })
  })
})

describe('connections', () => {
  test('one client connection carries several URLs, to several origins', async ({ spillway, nginx }) => {
    await using other = await Origin.start((_, response) => response.end('other'))
    const urls = [`${nginx.http}/small.txt?k1`, other.url('/?k2'), `${nginx.http}/small.txt?k3`, other.url('/?k4')]
    const { code, text, transfers } = await curl(spillway, urls)
    const known = small.toString('latin1')
    expect([code, text]).toEqual([0, `${known}other${known}other`])
    expect(transfers.map(({ num_connects }) => num_connects)).toEqual([1, 0, 0, 0])
    const flows = await Promise.all(['?k1', '?k2', '?k3', '?k4'].map((end) => spillway.flowOf(end)))
    expect(new Set(flows.map(({ client }) => client.id)).size).toBe(1)
  })

  test('one TLS connection carries several URLs', async ({ spillway, nginx }) => {
    const ends = ['?s1', '?s2', '?s3']
    const { code, transfers } = await curl(
      spillway,
      ends.map((end) => `${nginx.https}/small.txt${end}`),
    )
    expect(code).toBe(0)
    expect(transfers.map(({ num_connects }) => num_connects)).toEqual([1, 0, 0])
    const flows = await Promise.all(ends.map((end) => spillway.flowOf(end)))
    expect(new Set(flows.map(({ client }) => client.id)).size).toBe(1)
    expect(flows.slice(1).map(({ origin }) => origin?.reused)).toEqual([true, true])
  })

  test('a hundred at once', async ({ spillway, nginx }) => {
    const urls = Array.from({ length: 100 }, (_, n) => `${nginx.http}/small.txt?many${n}`)
    const { code, body, transfers } = await curl(spillway, [
      '-Z',
      '--parallel-immediate',
      '--parallel-max',
      '100',
      ...urls,
    ])
    expect([code, body.length]).toEqual([0, 100 * small.length])
    expect(
      transfers.filter(({ http_code, size_download }) => http_code === 200 && size_download === 1000),
    ).toHaveLength(100)
    await spillway.until(() => spillway.flows.filter(({ url }) => url.includes('?many')).length === 100)
  })
})

describe('parts of bodies, and none', () => {
  test('a range is a 206 with its bytes', async ({ spillway, nginx }) => {
    const { code, text } = await curl(spillway, ['-i', '-r', '1000000-1000099', `${nginx.http}/3.1m.bin?range`])
    const [head = '', body = ''] = text.split('\r\n\r\n')
    expect(code).toBe(0)
    expect(head).toMatch(/^HTTP\/1\.1 206 /)
    expect(head).toContain(`Content-Range: bytes 1000000-1000099/${large.length}`)
    expect(body).toBe(large.toString('latin1', 1_000_000, 1_000_100))
    expect(await spillway.flowOf('?range')).toMatchObject({ status: 206, response: { bytes: 100 } })
  })

  test('HEAD keeps its Content-Length and its connection', async ({ spillway, nginx }) => {
    const url = `${nginx.http}/3.1m.bin?head`
    const { code, text, transfers } = await curl(spillway, ['-I', url, url])
    expect(code).toBe(0)
    expect(text).toContain(`Content-Length: ${large.length}\r\n`)
    expect(transfers.map(({ num_connects }) => num_connects)).toEqual([1, 0])
    const flow = await spillway.flowOf('?head')
    expect(flow).toMatchObject({ method: 'HEAD', status: 200, reason: 'no body', response: { bytes: 0 } })
  })

  test('304 to a known ETag, and the connection goes on', async ({ spillway, nginx }) => {
    const url = `${nginx.http}/small.txt?etag`
    const { text } = await curl(undefined, ['-I', url])
    const [, etag = ''] = /^ETag: (".*")\r$/m.exec(text) ?? []
    expect(etag).not.toBe('')
    const answer = await curl(spillway, ['-H', `If-None-Match: ${etag}`, url, url])
    expect([answer.code, answer.text]).toEqual([0, ''])
    expect(answer.transfers.map(({ http_code, num_connects }) => [http_code, num_connects])).toEqual([
      [304, 1],
      [304, 0],
    ])
    expect(await spillway.flowOf('?etag')).toMatchObject({ status: 304, response: { bytes: 0, recorded: 'complete' } })
  })
})

describe('framing', () => {
  test.for(['http', 'https'] as const)(
    'gzip made on the fly over %s: the same bytes',
    async (scheme, { spillway, nginx }) => {
      const accept = ['-H', 'Accept-Encoding: gzip']
      const url = `${nginx[scheme]}/gzip/3.1m.bin?${scheme}-gzip`
      const [direct, proxied] = await Promise.all([
        curl(undefined, ['-k', ...accept, url]),
        curl(spillway, [...accept, url]),
      ])
      expect([direct.code, proxied.code]).toEqual([0, 0])
      expect(direct.body.length).toBeGreaterThan(100_000)
      expect(proxied.body.equals(direct.body)).toBe(true)
      const flow = await spillway.flowOf(`?${scheme}-gzip`)
      expect(flow.response).toMatchObject({ bytes: direct.body.length, recorded: 'complete' })
      expect(flow.response?.headers).toContainEqual(['Transfer-Encoding', 'chunked'])
      expect(flow.response?.chunks).toBeGreaterThan(1)
      const read = await curl(spillway, ['--compressed', url])
      expect(read.body.equals(large)).toBe(true)
    },
  )

  test('chunks arrive as the origin made them, with extensions and trailers', async ({ spillway }) => {
    await using origin = await startOrigin()
    const body = '4;part=1\r\nWiki\r\n5\r\npedia\r\n0\r\nX-Sum: 9\r\n\r\n'
    const answer = curl(spillway, ['--raw', `http://${origin.authority}/chunks`])
    const { connection } = await origin.request()
    void connection.write(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n${body}`)
    expect(await answer).toMatchObject({ code: 0, text: body })
    const flow = await spillway.flowOf('/chunks')
    expect(flow.response).toMatchObject({ bytes: 9, chunks: 2, trailers: [['X-Sum', '9']] })
  })

  test('a body that ends with its connection', async ({ spillway }) => {
    await using origin = await startOrigin()
    const answer = curl(spillway, [`http://${origin.authority}/until-close`])
    const { connection } = await origin.request()
    connection.end('HTTP/1.0 200 OK\r\n\r\nall of it')
    expect(await answer).toMatchObject({ code: 0, text: 'all of it' })
  })
})

describe('clients with limits', () => {
  test('a slow reader gets every byte', async ({ spillway, nginx }) => {
    const { code, body } = await curl(spillway, ['--limit-rate', '2M', `${nginx.http}/3.1m.bin?slow`])
    expect([code, body.equals(large)]).toEqual([0, true])
    expect(await spillway.flowOf('?slow')).toMatchObject({ error: null, response: { delivered: large.length } })
  })

  test.for(['http', 'https'] as const)(
    'one that gives up over %s ends its flow, and lets the origin go',
    async (scheme, { spillway, certificates }) => {
      const begun = Promise.withResolvers<ServerResponse>()
      await using origin = await Origin.start(
        (_, response) => {
          response.setHeader('Content-Type', 'text/event-stream')
          response.write('data: 1\n\n')
          begun.resolve(response)
        },
        scheme === 'https' ? certificates.pem : undefined,
      )
      const answer = curl(spillway, ['-N', '-m', '0.6', origin.url('/gives-up')])
      await once((await begun.promise).socket!, 'close')
      expect(await answer).toMatchObject({ code: 28, text: 'data: 1\n\n' })
      const flow = await spillway.flowOf('/gives-up')
      expect(flow).toMatchObject({ status: 200, delivery: 'streamed', response: { bytes: 9, recorded: 'truncated' } })
      expect(flow.error).toMatchObject({ code: 'CLIENT_CLOSED', side: 'client' })
    },
  )
})
