import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { defaultSettings } from '../../../main/model/settings.ts'
import { flagOf, optionsIn } from '../../contract/options.ts'
import { readConfiguration, type Configuration } from './configuration.ts'
import { dataFolder } from './data-folder.ts'
import { helpText } from './help.ts'
import { UsageError } from './usage-error.ts'

const folder = mkdtempSync(join(tmpdir(), 'spillway-options-'))
afterAll(() => rmSync(folder, { recursive: true }))

const pem = `-----BEGIN CERTIFICATE-----
MIIBezCCASGgAwIBAgIUEdeho/nQd34+HK17rOeGX98gNLAwCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHdGVzdCBDQTAgFw0yNjExMjIyMjE1MjhaGA8yMTI2MTAyOTIy
MTUyOFowEjEQMA4GA1UEAwwHdGVzdCBDQTBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABMW4zBaV8ro2Rc83uXOvNpJWSzdnQCwkJ0aRpsu/3uGvVBNBIjp1g7MsC0L/
FtyS5gmU1QBhZaXfiKKKycjl+jijUzBRMB0GA1UdDgQWBBQOESUcessjUabwRatQ
gqzHqmnOezAfBgNVHSMEGDAWgBQOESUcessjUabwRatQgqzHqmnOezAPBgNVHRMB
Af8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIDn7J4obdS9d5de/q5XbmxL3fYsP
nu4MCtRO1jKOXougAiEA4BWEwklymOnM1eC9kwVB2+AiYvSBmSyRTP4z9CqNYuc=
-----END CERTIFICATE-----
`

let count = 0
function file(content: unknown): string {
  const path = join(folder, `${(count++).toString()}.json`)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

const read = (args: string[], env: Record<string, string> = {}): Promise<Configuration> =>
  readConfiguration(args, { platform: 'linux', home: '/home/ann', env })

async function settings(args: string[], env: Record<string, string> = {}) {
  const configuration = await read(args, env)
  if (configuration.kind !== 'run') throw new Error(`not a run: ${configuration.kind}`)
  return configuration.settings
}

async function complaint(args: string[], env: Record<string, string> = {}): Promise<string> {
  const error: unknown = await read(args, env).catch((reason: unknown) => reason)
  if (error instanceof UsageError) return error.message
  throw new Error('no usage error')
}

describe('precedence', () => {
  test('nothing given: the defaults', async () => {
    expect(await read([])).toMatchObject({ kind: 'run', json: false, quiet: false })
    expect(await settings([])).toMatchObject({ ...defaultSettings, caDir: '/home/ann/.local/share/spillway' })
  })

  test('command line over environment over file over default', async () => {
    const config = file({ stream: '1k', holdMs: 1, liveTypes: false, maxFlows: 7 })
    const env = { SPILLWAY_STREAM: '2k', SPILLWAY_HOLD_MS: '2', SPILLWAY_CONFIG: config }
    expect(await settings(['--stream', '3k'], env)).toMatchObject({
      streamSize: 3072,
      holdMs: 2,
      liveTypes: false,
      maxFlows: 7,
      fieldLimit: 2000,
    })
  })

  test('a switch can be switched off above', async () => {
    const config = file({ insecure: true, json: true })
    expect(await settings(['--config', config])).toMatchObject({ insecure: true })
    expect(await settings(['--config', config, '--insecure=off'])).toMatchObject({ insecure: false })
    expect(await read(['--config', config], { SPILLWAY_JSON: '0' })).toMatchObject({ json: false })
  })

  test('lists are repeated on the command line, have commas in the environment, and are not joined', async () => {
    const env = { SPILLWAY_PASSTHROUGH: 'a.example, *.b.example' }
    expect((await settings([], env)).passthrough).toEqual(['a.example', '*.b.example'])
    expect((await settings(['--passthrough', 'c', '--passthrough=d'], env)).passthrough).toEqual(['c', 'd'])
  })

  test('an empty variable is not set', async () => {
    expect((await settings([], { SPILLWAY_STREAM: '' })).streamSize).toBeUndefined()
  })

  test('paths in the file are relative to it', async () => {
    writeFileSync(join(folder, 'extra.pem'), pem)
    const got = await settings(['--config', file({ caDir: 'ca', originCa: ['extra.pem'] })])
    expect(got).toMatchObject({ caDir: join(folder, 'ca'), originCas: [pem] })
    const clientCerts = [{ host: 'a', cert: 'extra.pem', key: 'gone.key' }]
    expect(await complaint(['--config', file({ clientCerts })])).toContain(
      `clientCerts: number 1, for a: cannot read ${join(folder, 'gone.key')}: no such file`,
    )
    expect(await complaint(['--config', file({ clientCerts: [{ host: 'a', crt: 'x' }] })])).toContain(
      'did you mean "cert"?',
    )
  })

  test('rules and limits from the file', async () => {
    const rules = [{ host: '*.video.example', status: '2xx', largerThan: '3m', delivery: 'stream' }]
    const got = await settings(['--config', file({ $schema: 'x', rules, bufferLimit: '1m', idleLimitMs: 5 })])
    expect(got).toMatchObject({ rules: [{ ...rules[0], largerThan: 3145728 }], bufferLimit: 1048576, idleLimitMs: 5 })
  })

  test('modifiers: those named alone first, then the list, each file once', async () => {
    const match = { host: '*.example', type: 'text/*' }
    const config = file({ modifier: ['a.ts'], modifiers: [{ file: 'b.ts', off: true, match }, { file: 'a.ts' }] })
    const [a, b] = [join(folder, 'a.ts'), join(folder, 'b.ts')]
    expect((await settings(['--config', config])).modifiers).toEqual([{ file: a }, { file: b, off: true, match }])
    expect((await settings(['--config', config, '--modifier', b, '--modifier=c.js'])).modifiers).toEqual([
      { file: b },
      { file: resolve('c.js') },
      { file: a },
    ])
    // Named twice, perhaps in place of another one: applied once, and told.
    const twice = ['--modifier', 'a.ts', '--modifier', './a.ts', '--modifier', 'b.ts']
    expect(await read(twice)).toMatchObject({
      settings: { modifiers: [{ file: resolve('a.ts') }, { file: resolve('b.ts') }] },
      warnings: [`--modifier: ${resolve('a.ts')} is named more than once, and applied once`],
    })
    expect((await settings([], { SPILLWAY_MODIFIER: 'x.ts, y.ts' })).modifiers).toEqual([
      { file: resolve('x.ts') },
      { file: resolve('y.ts') },
    ])
    expect(await complaint(['--config', file({ modifiers: [{ file: 'a.ts', match: { hots: 'x' } }] })])).toContain(
      'modifiers[0].match.hots: not an option; did you mean "host"?',
    )
    expect(await complaint(['--config', file({ modifiers: [{ of: true }] })])).toMatch(
      /modifiers\[0\].file: is missing/,
    )
  })

  test('--help, --version and --print-ca', async () => {
    expect(await read(['--help', '--stream', 'wrong'], {}).catch(() => 'refused')).toBe('refused')
    expect(await read(['--help'])).toEqual({ kind: 'help' })
    expect(await read(['--version'])).toEqual({ kind: 'version' })
    expect(await read(['--print-ca', '--ca-dir', '/x'])).toEqual({ kind: 'print-ca', caDir: '/x' })
  })
})

test('--web, with and without an address', async () => {
  const web = async (args: string[], env: Record<string, string> = {}) => {
    const configuration = await read(args, env)
    return configuration.kind === 'run' ? configuration.web : undefined
  }
  const usual = { listen: { host: '127.0.0.1', port: undefined }, tokenFile: undefined }
  expect(await web([])).toBeUndefined()
  expect(await web(['--web'])).toEqual(usual)
  expect(await web(['--web', '--json'])).toEqual(usual)
  expect(await read(['--web', '--json'])).toMatchObject({ json: true })
  expect(await web(['--web', '9000'])).toEqual({ ...usual, listen: { host: '127.0.0.1', port: 9000 } })
  expect(await web(['--web=[::1]:0', '--quiet'])).toEqual({ ...usual, listen: { host: '::1', port: 0 } })
  expect(await web([], { SPILLWAY_WEB: 'localhost:1', SPILLWAY_WEB_TOKEN_FILE: 'f' })).toEqual({
    listen: { host: 'localhost', port: 1 },
    tokenFile: 'f',
  })
})

describe('complaints name the place and the value', () => {
  test.each<[string[], Record<string, string>, string]>([
    [['--stream', '1f'], {}, '--stream: "1f" is not a size: write a number'],
    [['--stream', '-1'], {}, '--stream: "-1" is not a size'],
    [['--stream='], {}, '--stream: "" is not a size'],
    [['--stream'], {}, '--stream: a value is missing: SIZE'],
    [['--passthrough', '--json'], {}, '--passthrough: a value is missing: PATTERN'],
    [[], { SPILLWAY_STREAM: '1f' }, 'SPILLWAY_STREAM: "1f" is not a size'],
    [[], { SPILLWAY_INSECURE: 'maybe' }, 'SPILLWAY_INSECURE: "maybe" is neither'],
    [['--strem', '3m'], {}, '--strem: not an option; did you mean --stream?'],
    [['--frobnicate'], {}, '--frobnicate: not an option; --help lists them'],
    [['-x'], {}, '-x: not an option; --help lists them'],
    [['3m'], {}, '3m: not expected here'],
    [['--json=maybe'], {}, '--json: "maybe" is neither'],
    [['--listen', 'localhost'], {}, '--listen: "localhost" is not an address'],
    [['--listen', '0.0.0.0:80'], {}, '--listen: "0.0.0.0" is not a loopback address: other machines'],
    [[], { SPILLWAY_LISTEN: '[::]:80' }, 'SPILLWAY_LISTEN: "::" is not a loopback address'],
    [['--reverse', 'api.example'], {}, '--reverse: "api.example" is not a reverse listener: "api.example" is no http'],
    [['--reverse', '0.0.0.0:80=http://a.example'], {}, '--reverse: "0.0.0.0" is not a loopback address: other'],
    [[], { SPILLWAY_REVERSE: 'http://a.example,b' }, 'SPILLWAY_REVERSE: "b" is not a reverse listener'],
    [['--web', 'here'], {}, '--web: "here" is not an address'],
    [['--web='], {}, '--web: "" is not an address'],
    [['--web', '0.0.0.0:80'], {}, '--web: "0.0.0.0" is not a loopback address: the window is only for'],
    [[], { SPILLWAY_WEB: 'example.com:80' }, 'SPILLWAY_WEB: "example.com" is not a loopback address'],
    [['--web-token-file', 'f'], {}, '--web-token-file: there is no token without --web'],
    [['--config', '/nowhere/x.json'], {}, '--config: cannot read /nowhere/x.json: no such file or directory'],
    [['--origin-ca', '/nowhere/x.pem'], {}, '--origin-ca: cannot read /nowhere/x.pem: no such file'],
    [['--origin-ca', 'package.json'], {}, '--origin-ca: package.json holds no certificate in PEM form'],
  ])('%j %j', async (args, env, said) => {
    expect(await complaint(args, env)).toContain(said)
  })

  test.each<[unknown, string]>([
    [{ stream: '1f' }, ': stream: "1f" is not a size'],
    [{ stream: true }, ': stream: true is not text or a number'],
    [{ stream: -1 }, ': stream: -1 is too small: at least 0'],
    [{ strem: 1 }, ': strem: not an option; did you mean "stream"?'],
    [{ config: 'x' }, ': config: not an option'],
    [{ holdMs: '500' }, ': holdMs: "500" is not a number'],
    [{ holdMs: 1.5 }, ': holdMs: 1.5 is not a whole number'],
    [{ insecure: 'maybe' }, ': insecure: "maybe" is not true or false or "on" or "off"'],
    [{ proxyAuth: ['me:secret'] }, ': proxyAuth: what is written there is not text'],
    [{ proxyAuth: 'secret' }, ': proxyAuth: these credentials have no colon'],
    [{ upstream: ['http://me:secret@p'] }, ': upstream: what is written there is not text'],
    [
      { clientCerts: [{ host: 'a', passphrase: 1234 }] },
      ': clientCerts[0].passphrase: what is written there is not text',
    ],
    [{ upstream: 'me:secret@p:1' }, ': upstream: "***@p:1" is not an upstream proxy'],
    [{ resolve: ['a'] }, ': resolve[0]: "a" is not an address for a host'],
    [{ passthrough: 'a.example' }, ': passthrough: "a.example" is not a list'],
    [{ passthrough: ['a', 'http://b/'] }, ': passthrough[1]: "http://b/" is not a host pattern'],
    [{ listen: '0.0.0.0:1' }, ': listen: "0.0.0.0" is not a loopback address'],
    [{ reverse: ['http://a', 'ftp://b'] }, ': reverse[1]: "ftp://b" is not a reverse listener'],
    [{ streamUnknown: 'later' }, ': streamUnknown: "later" is not "crossover" or "now"'],
    [{ rules: [{ host: 'a' }] }, ': rules[0].delivery: is missing'],
    [{ rules: [{ delivery: 'strem' }] }, ': rules[0].delivery: "strem" is not "stream" or "buffer"'],
    [{ rules: [{ delivery: 'stream', stats: '2xx' }] }, ': rules[0].stats: not an option; did you mean "status"?'],
    [{ rules: [{ delivery: 'stream', status: '2x' }] }, ': rules[0].status: "2x" is not a status'],
    [{ rules: [{ delivery: 'stream', host: 'a:80' }] }, ': rules[0].host: "a:80" is not a host'],
    [{ rules: [{ delivery: 'stream', largerThan: '3q' }] }, ': rules[0].largerThan: "3q" is not a size'],
    [[], ': a list is not an object'],
    ['3', ': 3 is not an object'],
    ['{\n  "stream": 3m\n}', ': not JSON at line 2, column 14: '],
    ['{\n  "json": yes\n}', ": not JSON at line 2, column 11: unexpected token 'y'"],
    ['{"json": true,}', ': not JSON at line 1, column 15: expected double-quoted property name'],
    ['{"json": true', ': not JSON at line 1, column 14: '],
    ['', ': not JSON at line 1, column 1: unexpected end'],
  ])('%j in a file', async (content, said) => {
    const path = file(content)
    expect(await complaint(['--config', path])).toContain(path + said)
  })
})

test('the help shows every option and fits 80 columns', () => {
  const help = helpText()
  for (const [key] of optionsIn('line')) expect(help).toContain(`\n  ${flagOf(key)}`)
  for (const [key] of optionsIn('file')) expect(help).toMatch(new RegExp(`\n  (${flagOf(key)}|${key})\\b`))
  expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
})

test('the data folder follows the custom of the system', () => {
  const on = (platform: NodeJS.Platform, env: Record<string, string>) => dataFolder({ platform, home: '/h', env })
  expect(on('linux', {})).toBe('/h/.local/share/spillway')
  expect(on('linux', { XDG_DATA_HOME: '/x' })).toBe('/x/spillway')
  expect(on('linux', { XDG_DATA_HOME: 'relative' })).toBe('/h/.local/share/spillway')
  expect(on('darwin', {})).toBe('/h/Library/Application Support/Spillway')
  expect(on('win32', { APPDATA: 'C:\\Users\\ann\\AppData\\Roaming' })).toBe(
    'C:\\Users\\ann\\AppData\\Roaming\\Spillway',
  )
})
