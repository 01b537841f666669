/** Ways to the built program beside HTTP_PROXY: its own site, a base URL, SOCKS5, and TLS with its port. */
import { X509Certificate } from 'node:crypto'
import { expect } from 'vitest'
import { chunk } from '../../main/testing/bytes.ts'
import { startOrigin } from '../../main/testing/scripted-origin.ts'
import { runWell } from '../fixtures/command.ts'
import { curl } from '../fixtures/curl.ts'
import { files } from '../fixtures/nginx.ts'
import { startSpillway } from '../fixtures/spillway.ts'
import { test } from '../fixtures/test.ts'

test('http://spillway.local/ gives a client the certificate that its next request needs', async ({
  spillway,
  nginx,
}) => {
  const got = await runWell('curl', ['-sS', '--proxy', spillway.url, 'http://spillway.local/ca.crt'])
  expect(new X509Certificate(got.stdout).fingerprint256).toBe(new X509Certificate(spillway.caPem).fingerprint256)
  expect(await spillway.flowOf('spillway.local/ca.crt')).toMatchObject({
    status: 200,
    origin: null,
    error: null,
    reason: 'answered by Spillway itself',
  })
  const url = `${nginx.https}/small.txt?trusted`
  const { stdout } = await runWell('curl', ['-sS', '--proxy', spillway.url, '--cacert', spillway.ca, url])
  expect(stdout.equals(files['small.txt'])).toBe(true)
})

test('an SDK with a base URL: events come one by one, and the flow is of the origin', async () => {
  await using origin = await startOrigin()
  await using spillway = await startSpillway(['--reverse', `0=http://${origin.authority}/v1`])
  const [, base = ''] = await spillway.says('stderr', /reverse (http:\S+) for /)
  const pending = fetch(`${base}/chat`, { method: 'POST', body: '{"stream":true}' })
  const { connection, head } = await origin.request()
  expect(head).toContain(`POST /v1/chat HTTP/1.1\r\n`)
  void connection.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n')
  const reader = (await pending).body!.getReader()
  for (let n = 1; n <= 3; n++) {
    void connection.write(chunk(`data: ${n}\n\n`))
    expect(Buffer.from((await reader.read()).value as Uint8Array).toString()).toBe(`data: ${n}\n\n`)
  }
  connection.end('0\r\n\r\n')
  expect((await reader.read()).done).toBe(true)
  expect(await spillway.flow()).toMatchObject({ url: `http://${origin.authority}/v1/chat`, delivery: 'streamed' })
})

test.for(['http', 'https'] as const)('curl over SOCKS5 to %s', async (scheme, { spillway, nginx }) => {
  const url = `${nginx[scheme]}/small.txt?socks`
  const proxy = ['--socks5-hostname', `127.0.0.1:${spillway.listeningPort}`, '--noproxy', '']
  const { stdout } = await runWell('curl', ['-sS', ...proxy, '--cacert', spillway.ca, url])
  expect(stdout.equals(files['small.txt'])).toBe(true)
  expect(await spillway.flow((flow) => flow.url === url)).toMatchObject({ status: 200, error: null })
})

test.for(['localhost', '127.0.0.1'])('curl with https://%s as its proxy', async (host, { spillway, nginx }) => {
  const proxy = ['--proxy', `https://${host}:${spillway.listeningPort}`, '--proxy-cacert', spillway.ca]
  for (const scheme of ['http', 'https'] as const) {
    const url = `${nginx[scheme]}/3.1m.bin?by-${host}`
    // Asked for twice over one connection.
    const args = [...proxy, '--noproxy', '', '--cacert', spillway.ca, url, url]
    const { stdout } = await runWell('curl', ['-sS', ...args])
    expect(stdout.equals(Buffer.concat([files['3.1m.bin'], files['3.1m.bin']]))).toBe(true)
    const asked = [0, 1].map(() => spillway.flow((flow) => flow.url === url))
    const [one, other] = await Promise.all(asked)
    expect(one).toMatchObject({ status: 200, error: null, client: { tls: { version: 'TLSv1.3' } } })
    expect(other?.client.id).toBe(one?.client.id)
  }
})

test('TLS straight to the port is intercepted in the name of its hello', async ({ spillway }) => {
  const { listeningPort: port } = spillway
  const here = ['--resolve', `spillway.local:${port}:127.0.0.1`, '--cacert', spillway.ca]
  const { stdout } = await runWell('curl', ['-sS', '--noproxy', '*', ...here, `https://spillway.local:${port}/ca.pem`])
  expect(stdout.toString()).toBe(spillway.caPem)
})

test('clients have to give user and password, each in its way, and are told when they do not', async ({
  certificates,
  nginx,
}) => {
  await using spillway = await startSpillway(['--origin-ca', certificates.ca], {
    env: { SPILLWAY_PROXY_AUTH: 'me:se:cret' },
  })
  const { url, ca } = spillway
  const { host } = new URL(url)
  const get = (target: string, ...args: string[]) => curl(undefined, [...args, '--cacert', ca, target])
  const tries: [target: string, args: string[]][] = [
    [`${nginx.http}/small.txt`, ['--proxy', url, '--proxy-user', 'me:se:cret']],
    // It asks without them first, and again over the same connection.
    [`${nginx.http}/small.txt`, ['--proxy', url, '--proxy-anyauth', '--proxy-user', 'me:se:cret']],
    [`${nginx.https}/small.txt`, ['--proxy', url, '--proxy-anyauth', '--proxy-user', 'me:se:cret']],
    [`${nginx.https}/small.txt`, ['--proxy', `http://me:se%3Acret@${host}`, '--http2']],
    [`${nginx.https}/small.txt`, ['--proxy', `socks5h://me:se%3Acret@${host}`]],
  ]
  for (const [target, args] of tries) {
    const { code, body, stderr } = await get(target, ...args)
    expect([code, body.equals(files['small.txt']), stderr]).toEqual([0, true, ''])
  }
  expect((await get(`${nginx.http}/small.txt?none`, '--proxy', url)).transfers[0]?.http_code).toBe(407)
  expect(await spillway.flowOf('?none')).toMatchObject({ error: { code: 'PROXY_AUTH', side: 'client' } })
  // 56: the tunnel was refused. 97: SOCKS was.
  expect((await get(nginx.https, '--proxy', url, '--proxy-user', 'me:other')).code).toBe(56)
  expect((await get(nginx.https, '--proxy', `socks5h://${host}`)).code).toBe(97)
  expect(spillway.stdout + spillway.stderr).not.toMatch(/se:cret|bWU6c2U6Y3JldA/)
})
