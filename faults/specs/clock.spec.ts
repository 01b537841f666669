/** The system's clock is put forward and back by hours and years while streams run. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { run } from '../../e2e/fixtures/command.ts'
import { bundle, startSpillway, type Spillway } from '../../e2e/fixtures/spillway.ts'
import { tool } from '../../e2e/fixtures/tools.ts'
import { makeCertificate, temporaryFolder } from '../../main/certificates/testing.ts'
import { chunk } from '../../main/testing/bytes.ts'
import { connectClient, connectSecure } from '../../main/testing/raw-client.ts'
import { originCa, startOrigin } from '../../main/testing/scripted-origin.ts'
import { openStream } from '../running-stream.ts'

const hour = 3_600_000
const day = 24 * hour

/** The program with a clock that follows a file: milliseconds that it is put forward. */
const clockwork = (file: string): string => `
  import { readFileSync } from 'node:fs'
  const now = Date.now.bind(Date)
  const real = Date
  const moved = () => now() + Number(readFileSync(${JSON.stringify(file)}, 'latin1'))
  globalThis.Date = class extends real {
    constructor(...given) { given.length === 0 ? super(moved()) : super(...given) }
    static now() { return moved() }
  }
  await import(${JSON.stringify(bundle)})`

test.each([
  ['forward by half a day', 12 * hour],
  ['forward by two years', 2 * 365 * 24 * hour],
  ['back by half a day', -12 * hour],
  ['back by a week', -7 * 24 * hour],
])('%s: streams go on, durations are those of before, and new clients are served', async (_, by) => {
  using folder = temporaryFolder()
  const [clock, program, ca, config] = ['clock', 'program.mjs', 'ca.pem', 'config.json'].map((name) =>
    join(folder.path, name),
  ) as [string, string, string, string]
  writeFileSync(clock, '0')
  writeFileSync(program, clockwork(clock))
  writeFileSync(ca, (await originCa()).pem)
  writeFileSync(config, JSON.stringify({ idleLimitMs: 20_000 }))
  await using origin = await startOrigin()
  await using secret = await startOrigin({ tls: true })
  await using spillway = await startSpillway(['--config', config, '--origin-ca', ca], { file: program })
  const { listeningPort } = spillway

  await using stream = await connectClient(listeningPort)
  void stream.write(`GET http://${origin.authority}/events HTTP/1.1\r\nHost: h\r\n\r\n`)
  const { connection: events } = await origin.request()
  void events.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n')
  await stream.readUntil('\r\n\r\n')
  const secure = async (path: string): Promise<void> => {
    await using client = await connectSecure(listeningPort, secret.authority, spillway.caPem)
    void client.write(`GET ${path} HTTP/1.1\r\nHost: ${secret.authority}\r\n\r\n`)
    const { connection } = await secret.request()
    void connection.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
    await client.readUntil('\r\n\r\n')
    await spillway.flowOf(path)
  }
  await secure('/before')

  await using modern = await openStream(listeningPort, spillway.caPem, '/modern-events')

  writeFileSync(clock, String(by))
  void events.write(chunk('data: afterwards\n\n'))
  await stream.readUntil('afterwards\n\n\r\n')
  modern.send('afterwards')
  await modern.arrives('afterwards')
  expect(await modern.client.get('/beside')).toMatchObject({ status: 200, body: '/beside' })
  // The client's own clock is right: what it is shown must be good for it, whatever ours says.
  if (Math.abs(by) < 24 * hour) await secure('/after')
  events.end('0\r\n\r\n')
  await stream.readUntil('0\r\n\r\n')
  await modern.end()
  for (const path of ['/events', '/modern-events']) {
    const { error, timings } = await spillway.flowOf(path)
    expect(error).toBeNull()
    expect(timings.end).toBeGreaterThan(0)
    expect(timings.end).toBeLessThan((hour / 2) * 1000)
  }
})

/** A client whose clock was moved as well: what it says of the certificate it gets. */
async function verify(spillway: Spillway, authority: string, caFile: string, by: number): Promise<string> {
  const proxy = ['-proxy', `127.0.0.1:${spillway.listeningPort}`, '-connect', authority, '-servername', 'localhost']
  const check = ['-CAfile', caFile, '-verify_return_error', '-verify_hostname', 'localhost']
  const at = ['-attime', String(Math.round((Date.now() + by) / 1000))]
  const ended = await run(tool('openssl'), ['s_client', ...proxy, ...check, ...at, '-brief'])
  return ended.stdout.toString() + ended.stderr
}

// Leaf certificates were kept as long as the program ran: after a year of it, no client took them any more.
test('leaf certificates are good whatever the clock says, and a CA that ends is told of', async () => {
  using folder = temporaryFolder()
  const [clock, program, dir] = ['clock', 'program.mjs', 'ca'].map((name) => join(folder.path, name)) as [
    string,
    string,
    string,
  ]
  const now = Date.now()
  const ca = await makeCertificate('Mine', {
    ...{ ca: true, from: new Date(now - 30 * day), to: new Date(now + 1000 * day) },
  })
  mkdirSync(dir)
  const caFile = join(dir, 'ca.pem')
  writeFileSync(caFile, ca.pem)
  writeFileSync(join(dir, 'ca-key.pem'), ca.keyPem, { mode: 0o600 })
  writeFileSync(clock, '0')
  writeFileSync(program, clockwork(clock))
  await using secret = await startOrigin({ tls: true })
  await using spillway = await startSpillway(['--ca-dir', dir, '--insecure'], { file: program })
  for (const by of [0, -7 * day, 396 * day, 500 * day, 0]) {
    writeFileSync(clock, String(by))
    expect(await verify(spillway, secret.authority, caFile, by), `${by / day} days`).toContain('Verification: OK')
  }
  expect(spillway.stderr).not.toContain('The CA in')
  writeFileSync(clock, String(980 * day))
  expect(await verify(spillway, secret.authority, caFile, 980 * day)).toContain('Verification: OK')
  await spillway.says('stderr', /The CA in .*ca\.pem expires on .*, before which both its files have to be removed/)
  writeFileSync(clock, String(1001 * day))
  expect(await verify(spillway, secret.authority, caFile, 1001 * day)).toContain('certificate has expired')
  await spillway.says('stderr', /The CA in .*ca\.pem expired on .*, and no client takes its certificates any more/)
})
