/**
 * Names that lead nowhere, nobody knows when, or to many addresses of which one works, and origins of IPv6 alone: for
 * clients of both versions of HTTP, plain and intercepted. The system's answers are ours, everything else is real.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundle, startSpillway, type Spillway } from '../../e2e/fixtures/spillway.ts'
import { makeCertificate, temporaryFolder } from '../../main/certificates/testing.ts'
import { isSecure, kinds, openClient, startEchoOrigin, type Client, type EchoOrigin, type Kind } from '../clients.ts'

const ten = Array.from({ length: 10 }, (_, index) => `127.0.0.${index + 2}`)
const known = {
  'ten.test': ten,
  'six.test': ['::1'],
  'fails.test': 'ENOTFOUND',
  'away.test': 'EAI_AGAIN',
  'hangs.test': '',
}
type Name = keyof typeof known

/** The program, whose system knows these names: addresses, an error, or nothing at all. */
const program = `
  import dns from 'node:dns'
  import { syncBuiltinESMExports } from 'node:module'
  const known = ${JSON.stringify(known)}
  const { lookup } = dns
  dns.lookup = (name, options, found) => {
    const answer = known[name]
    if (answer === undefined) return lookup(name, options, found)
    if (answer === '') return
    if (typeof answer === 'string') setImmediate(found, Object.assign(new Error(answer), { code: answer }))
    else setImmediate(found, null, answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })))
  }
  syncBuiltinESMExports()
  await import(${JSON.stringify(bundle)})`

const limitMs = 1500
const folder = temporaryFolder()
let spillway: Spillway
/** At the last of the ten, and at the one of IPv6. */
const origins = new Map<string, EchoOrigin>()
beforeAll(async () => {
  const [file, config] = [join(folder.path, 'program.mjs'), join(folder.path, 'config.json')]
  writeFileSync(file, program)
  writeFileSync(config, JSON.stringify({ connectTimeoutMs: limitMs, insecure: true }))
  spillway = await startSpillway(['--config', config], { file })
  const certificate = await makeCertificate('any', { names: ['any.test'] })
  for (const host of ['127.0.0.11', '::1', '127.0.0.1']) {
    origins.set(`${host} plain`, await startEchoOrigin(host))
    origins.set(`${host} secure`, await startEchoOrigin(host, certificate))
  }
})
afterAll(async () => {
  await spillway[Symbol.asyncDispose]()
  for (const origin of origins.values()) await origin[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

function originAt(host: string, kind: Kind): EchoOrigin {
  const origin = origins.get(`${host} ${isSecure(kind) ? 'secure' : 'plain'}`)
  if (!origin) throw new Error(`no origin at ${host}`)
  return origin
}

const open = (kind: Kind, authority: string): Promise<Client> =>
  openClient(kind, { port: spillway.listeningPort, ca: spillway.caPem }, authority)

const reached: [name: Name, host: string][] = [
  ['ten.test', '127.0.0.11'],
  ['six.test', '::1'],
]
test.each(kinds.flatMap((kind) => reached.map((row) => [kind, ...row] as const)))(
  '%s: %s is reached at %s',
  async (kind, name, address) => {
    const { port } = originAt(address, kind)
    await using client = await open(kind, `${name}:${port}`)
    for (const path of [`/${name}-${port}-1`, `/${name}-${port}-2`]) {
      const wanted = `${path}-${kinds.indexOf(kind)}`
      expect(await client.get(wanted)).toMatchObject({ status: 200, body: wanted })
      const { error, origin } = await spillway.flowOf(wanted)
      expect([error, origin?.address]).toEqual([null, address])
    }
  },
)

test.each(kinds)('%s: an address of IPv6 is reached without a name', async (kind) => {
  const { port } = originAt('::1', kind)
  await using client = await open(kind, `[::1]:${port}`)
  const path = `/literal-${kinds.indexOf(kind)}`
  expect(await client.get(path)).toMatchObject({ status: 200, body: path })
  expect((await spillway.flowOf(path)).origin?.address).toBe('::1')
})

const lost: [name: Name, status: number, words: string, code: string][] = [
  ['fails.test', 502, 'The host fails.test was not found: no such name is known', 'DNS_FAILED'],
  ['away.test', 502, 'is this machine online?', 'DNS_FAILED'],
  ['hangs.test', 504, `could not be looked up within ${limitMs} ms`, 'CONNECT_TIMEOUT'],
]
test.each(kinds.flatMap((kind) => lost.map((row) => [kind, ...row] as const)))(
  '%s: %s is %d in words, and others are served meanwhile',
  async (kind, name, status, words, code) => {
    await using client = await open(kind, `${name}:443`)
    const other = originAt('127.0.0.1', kind)
    await using beside = await open(kind, `127.0.0.1:${other.port}`)
    const path = `/${name}-${kinds.indexOf(kind)}`
    const answer = client.get(path)
    expect(await beside.get(`${path}-beside`)).toMatchObject({ status: 200 })
    const got = await answer
    expect(got.status).toBe(status)
    expect(got.body).toContain(words)
    expect((await spillway.flowOf(path)).error).toMatchObject({ code, phase: 'dns' })
    // The same client goes on, and is told the same again.
    expect(await client.get(`${path}-again`)).toMatchObject({ status })
    await spillway.flowOf(`${path}-again`)
  },
)
