/** The CA and its leaves as OpenSSL sees them, and hosts that are left alone. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { run, runWell } from '../fixtures/command.ts'
import { curl } from '../fixtures/curl.ts'
import { files } from '../fixtures/nginx.ts'
import { bundle, startSpillway, type Spillway } from '../fixtures/spillway.ts'
import { test } from '../fixtures/test.ts'
import { tool } from '../fixtures/tools.ts'

/** Shakes hands with `authority` through the proxy and leaves; what was shown and found. */
async function sClient(spillway: Spillway, authority: string, ...checks: string[]): Promise<string> {
  const through = ['s_client', '-proxy', spillway.url.slice('http://'.length), '-connect', authority]
  const trust = ['-CAfile', spillway.ca, '-verify_return_error', '-x509_strict']
  // Its input ends at once, so it leaves after the handshake.
  const { stdout, stderr } = await runWell(tool('openssl'), [...through, ...trust, ...checks])
  return `${stdout.toString()}${stderr}`
}

const firstCertificate = (output: string): string =>
  /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/.exec(output)?.[0] ?? ''

test('openssl accepts the CA, strictly, as a CA', async ({ spillway }) => {
  const openssl = tool('openssl')
  const { stdout } = await runWell(openssl, ['verify', '-x509_strict', '-CAfile', spillway.ca, spillway.ca])
  expect(stdout.toString()).toBe(`${spillway.ca}: OK\n`)
  const shown = await runWell(openssl, ['x509', '-in', spillway.ca, '-noout', '-text'])
  expect(shown.stdout.toString()).toMatch(/CA:TRUE/)
  expect(shown.stdout.toString()).toMatch(/Subject: .*CN = Spillway CA /)
})

test.for([
  ['a name', 'localhost', ['-verify_hostname', 'localhost', '-servername', 'localhost']],
  ['an address', '127.0.0.1', ['-verify_ip', '127.0.0.1', '-noservername']],
] as const)(
  'openssl s_client and verify accept the leaf for %s',
  async ([, host, checks], { spillway, nginx, folder }) => {
    const output = await sClient(spillway, `${host}:${new URL(nginx.https).port}`, ...checks)
    expect(output).toContain('Verification: OK')
    expect(output).toContain('Verify return code: 0 (ok)')
    const leaf = join(folder, `${host}.pem`)
    writeFileSync(leaf, firstCertificate(output))
    const verify = ['verify', '-x509_strict', '-purpose', 'sslserver', ...checks.slice(0, 2), '-CAfile', spillway.ca]
    const { stdout } = await runWell(tool('openssl'), [...verify, leaf])
    expect(stdout.toString()).toBe(`${leaf}: OK\n`)
  },
)

test('--print-ca prints the CA that the running program uses', async ({ spillway, nginx, folder }) => {
  const env = { HOME: spillway.folder }
  const { stdout, stderr } = await runWell(process.execPath, [bundle, '--print-ca'], { env })
  expect([stdout.toString(), stderr]).toEqual([spillway.caPem, ''])
  const file = join(folder, 'printed.pem')
  writeFileSync(file, stdout)
  const { code } = await curl(spillway, ['--cacert', file, `${nginx.https}/small.txt`])
  expect(code).toBe(0)
})

test('a passthrough host: its own certificate reaches curl', async ({ nginx, certificates }) => {
  const authority = nginx.https.slice('https://'.length)
  await using spillway = await startSpillway(['--passthrough', authority])
  const url = `${nginx.https}/3.1m.bin`
  // The program does not know the origin's CA: it has no part in this handshake.
  const trusted = await curl(spillway, ['--cacert', certificates.ca, url])
  expect([trusted.code, trusted.body.equals(files['3.1m.bin'])]).toEqual([0, true])
  const flow = await spillway.flow()
  expect(flow).toMatchObject({ method: 'CONNECT', url: authority, delivery: 'tunnelled', error: null })
  expect(flow.reason).toContain(authority)
  expect(flow.response?.bytes).toBeGreaterThan(files['3.1m.bin'].length)
  const untrusted = await curl(spillway, [url])
  expect(untrusted.code).toBe(60)
  // The certificate is the origin's, to the byte.
  const { stdout } = await run(tool('openssl'), [
    ...['s_client', '-proxy', spillway.url.slice('http://'.length), '-connect', authority],
    ...['-CAfile', certificates.ca],
  ])
  expect(firstCertificate(stdout.toString())).toBe(certificates.pem.cert)
})

test('an origin that is not trusted is a 502 with what to do', async ({ nginx }) => {
  await using spillway = await startSpillway()
  const { code, text, transfers } = await curl(spillway, [`${nginx.https}/`])
  expect([code, transfers[0]?.http_code]).toEqual([0, 502])
  expect(text).toContain('add its CA to the origin CAs')
  expect((await spillway.flow()).error).toMatchObject({
    code: 'ORIGIN_CERTIFICATE',
    side: 'origin',
    phase: 'origin-tls',
  })
  await using trusting = await startSpillway(['--insecure'])
  expect((await curl(trusting, [`${nginx.https}/small.txt`])).body.equals(files['small.txt'])).toBe(true)
})
