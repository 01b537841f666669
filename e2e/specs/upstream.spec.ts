/** Origins behind other people's proxies: Squid, and a SOCKS5 server, both of which want credentials. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { isListening } from '../../bench/measure/listening.ts'
import { chunk } from '../../main/testing/bytes.ts'
import { eventually } from '../../main/testing/eventually.ts'
import { startOrigin } from '../../main/testing/scripted-origin.ts'
import { kill, says, start } from '../fixtures/command.ts'
import { curl } from '../fixtures/curl.ts'
import { files, freePort } from '../fixtures/nginx.ts'
import { startSpillway } from '../fixtures/spillway.ts'
import { test as base } from '../fixtures/test.ts'
import { tool } from '../fixtures/tools.ts'

const large = files['3.1m.bin']

/** Started by root, Squid becomes somebody else, who has to be able to run this. */
const helper = `#!/bin/sh
while read -r line; do [ "$line" = 'user secret!' ] && echo OK || echo ERR; done
`

const squidConfiguration = (folder: string, port: number): string => `
http_port 127.0.0.1:${port}
auth_param basic program ${folder}/credentials
auth_param basic children 1
acl known proxy_auth REQUIRED
http_access allow known
http_access deny all
cache deny all
access_log none
cache_log /dev/null
pid_filename none
netdb_filename none
pinger_enable off
shutdown_lifetime 0 seconds
coredump_dir /tmp
visible_hostname squid.test
`

const test = base
  .extend('squid', { scope: 'file' }, async ({ folder: all }, { onCleanup }) => {
    chmodSync(all, 0o711)
    const [folder, port] = [join(all, 'squid'), await freePort()]
    mkdirSync(folder, { mode: 0o755 })
    writeFileSync(join(folder, 'credentials'), helper, { mode: 0o755 })
    writeFileSync(join(folder, 'squid.conf'), squidConfiguration(folder, port))
    const started = start(tool('squid'), ['-N', '-d', '1', '-f', join(folder, 'squid.conf')])
    onCleanup(async () => {
      kill(started.child)
      await started.closed
    })
    await says(started, /Accepting HTTP Socket connections/)
    return `127.0.0.1:${port}`
  })
  .extend('socks', { scope: 'file' }, async ({}, { onCleanup }) => {
    const port = await freePort()
    const args = ['-i', '127.0.0.1', '-p', String(port), '-u', 'user', '-P', 'secret!']
    const started = start(tool('microsocks'), args)
    onCleanup(async () => {
      kill(started.child)
      await started.closed
    })
    await eventually(() => isListening(port))
    return `127.0.0.1:${port}`
  })

const through = (url: string, ca?: string) =>
  startSpillway(['--upstream', url, '--no-proxy', '<-loopback>', ...(ca === undefined ? [] : ['--origin-ca', ca])])

describe.each(['http', 'socks5', 'socks5h'] as const)('%s', (scheme) => {
  const proxyOf = ({ squid, socks }: { squid: string; socks: string }): string => (scheme === 'http' ? squid : socks)

  test('bodies over HTTP, HTTPS and HTTP/2', async ({ squid, socks, nginx, certificates }) => {
    const proxy = proxyOf({ squid, socks })
    await using spillway = await through(`${scheme}://user:secret%21@${proxy}`, certificates.ca)
    for (const [base, version] of [
      [nginx.http, '1.1'],
      [nginx.https, '1.1'],
      [nginx.http2, '2'],
    ] as const) {
      const url = `${base}/3.1m.bin?${version}`
      const { code, body } = await curl(spillway, ['--http2', url])
      expect([code, body.equals(large)]).toEqual([0, true])
      const flow = await spillway.flow((ended) => ended.url === url)
      expect(flow).toMatchObject({
        status: 200,
        origin: { port: Number(proxy.split(':')[1]), via: `${scheme}://${proxy}` },
        response: { httpVersion: version, bytes: large.length },
        error: null,
      })
      // Squid reads what is not in a tunnel.
      const via = flow.response?.headers.find(([name]) => name === 'Via')?.[1]
      if (scheme === 'http' && base === nginx.http) expect(via).toContain('squid.test')
      else expect(via).toBeUndefined()
    }
  })

  test('events come one by one', async ({ squid, socks }) => {
    await using origin = await startOrigin()
    await using spillway = await through(`${scheme}://user:secret%21@${proxyOf({ squid, socks })}`)
    let seen = ''
    let heard = (): void => undefined
    const answer = curl(spillway, ['-N', `http://${origin.authority}/events`], {
      onStarted: ({ child }) =>
        child.stdout.on('data', (data: Buffer) => {
          seen += data.toString()
          heard()
        }),
    })
    const { connection } = await origin.request()
    void connection.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n')
    let all = ''
    for (let n = 1; n <= 5; n++) {
      all += `data: ${n}\n\n`
      void connection.write(chunk(`data: ${n}\n\n`))
      while (seen !== all) await new Promise<void>((resolve) => (heard = resolve))
    }
    connection.end('0\r\n\r\n')
    expect((await answer).text).toBe(all)
  })

  test('wrong credentials, and an origin that is not there: told in words, without the password', async ({
    squid,
    socks,
  }) => {
    const proxy = proxyOf({ squid, socks })
    await using wrong = await through(`${scheme}://user:wrong@${proxy}`)
    for (const url of ['http://localhost:1/', 'https://localhost:1/']) {
      const { text, code } = await curl(wrong, [url])
      const sentence = `The upstream proxy ${scheme}://${proxy} refused the credentials it was given`
      if (url.startsWith('http:')) expect([code, text]).toEqual([0, expect.stringContaining(sentence)])
      const { error } = await wrong.flow()
      expect(error).toMatchObject({ code: 'UPSTREAM_REFUSED', message: expect.stringContaining(sentence) as string })
    }
    expect(`${wrong.stdout}${wrong.stderr}`).not.toContain('wrong')
    await using right = await through(`${scheme}://user:secret%21@${proxy}`)
    const { transfers } = await curl(right, ['https://localhost:1/'])
    expect(transfers[0]?.http_code).toBe(502)
    const there = new RegExp(
      `^The upstream proxy ${scheme}://${proxy} (could|did) not connect to (localhost|127\\.0\\.0\\.1):1\\b`,
    )
    expect((await right.flow()).error?.message).toMatch(there)
  })
})
