/** The machine sleeps, as near as a process comes to it: stopped for some seconds, while everybody else goes on. */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startSpillway } from '../../e2e/fixtures/spillway.ts'
import { temporaryFolder } from '../../main/certificates/testing.ts'
import { chunk } from '../../main/testing/bytes.ts'
import { connectClient, connectSecure } from '../../main/testing/raw-client.ts'
import { startOrigin } from '../../main/testing/scripted-origin.ts'
import { openStream } from '../running-stream.ts'

const eventStream = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n'
const idleLimitMs = 1000

test('what came meanwhile arrives, no limit has run, and connections that died are not used', async () => {
  await using origin = await startOrigin()
  await using secret = await startOrigin({ tls: true })
  using folder = temporaryFolder()
  const config = join(folder.path, 'config.json')
  writeFileSync(config, JSON.stringify({ idleLimitMs, connectTimeoutMs: idleLimitMs, insecure: true }))
  await using spillway = await startSpillway(['--config', config])
  const { listeningPort, pid } = spillway
  const request = (path: string, method = 'GET'): string =>
    `${method} http://${origin.authority}${path} HTTP/1.1\r\nHost: h\r\n${method === 'POST' ? 'Content-Length: 2\r\n' : ''}\r\n`

  await using stream = await connectClient(listeningPort)
  void stream.write(request('/events'))
  const { connection: events } = await origin.request()
  void events.write(eventStream)
  await stream.readUntil('\r\n\r\n')

  // The same intercepted, over both versions of HTTP.
  await using modern = await openStream(listeningPort, spillway.caPem, '/modern-events')
  await using hidden = await connectSecure(listeningPort, secret.authority, spillway.caPem)
  void hidden.write(`GET /hidden-events HTTP/1.1\r\nHost: ${secret.authority}\r\n\r\n`)
  const { connection: hiddenEvents } = await secret.request()
  void hiddenEvents.write(eventStream)
  await hidden.readUntil('\r\n\r\n')

  // A connection that is kept, whose origin closes while nobody looks.
  await using client = await connectClient(listeningPort)
  void client.write(request('/first'))
  const { connection: kept } = await origin.request()
  void kept.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
  await client.readUntil('\r\n\r\n')

  // An origin that is being reached: the handshake waits for us.
  await using waiting = await connectClient(listeningPort)
  void waiting.write(`GET https://${secret.authority}/ HTTP/1.1\r\nHost: h\r\n\r\n`)

  process.kill(pid, 'SIGSTOP')
  try {
    // Told by the system itself: a signal arrives when it does.
    while (!/^T/.test(spawnSync('ps', ['-o', 'state=', '-p', String(pid)]).stdout.toString())) await pause(10)
    kept.end()
    void events.write(chunk('data: meanwhile\n\n'))
    void hiddenEvents.write(chunk('data: meanwhile\n\n'))
    modern.send('meanwhile')
    void client.write(`${request('/second', 'POST')}hi`)
    await pause(3 * idleLimitMs)
  } finally {
    process.kill(pid, 'SIGCONT')
  }

  await stream.readUntil('meanwhile\n\n\r\n')
  void events.write(chunk('data: afterwards\n\n'))
  await stream.readUntil('afterwards\n\n\r\n')
  await hidden.readUntil('meanwhile\n\n\r\n')
  void hiddenEvents.write(chunk('data: afterwards\n\n'))
  await hidden.readUntil('afterwards\n\n\r\n')
  await modern.arrives('meanwhile')
  modern.send('afterwards')
  await modern.arrives('afterwards')
  expect(await modern.client.get('/beside')).toMatchObject({ status: 200, body: '/beside' })
  // A POST cannot be repeated: it has got a connection of its own.
  const { connection, head } = await origin.request()
  expect(head).toMatch(/^POST \/second /)
  void connection.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
  expect(await client.readText('\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /)
  const { connection: secured } = await secret.request()
  void secured.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
  expect(await waiting.readText('\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /)
  events.end('0\r\n\r\n')
  await stream.readUntil('0\r\n\r\n')
  hiddenEvents.end('0\r\n\r\n')
  await hidden.readUntil('0\r\n\r\n')
  await modern.end()
  await spillway.until(() => spillway.flows.length === 7)
  expect(spillway.flows.map(({ error }) => error)).toEqual(Array.from({ length: 7 }, () => null))
})
