import { toJsonSchema } from '@valibot/to-json-schema'
import { format, resolveConfig } from 'prettier'
import { safeParse } from 'valibot'
import { expect, expectTypeOf, test } from 'vitest'
import type { Settings } from '../../main/model/settings.ts'
import { optionsIn, type Values } from './options.ts'
import { settingsSchema } from './settings.ts'

/** One written value per key of the file, and what it becomes; a new key without a line here fails the test below. */
const table: { [K in keyof Values]?: [written: unknown, value: Values[K]] } = {
  listen: ['[::1]:8080', { host: '::1', port: 8080 }],
  reverse: [['9000=https://a.example/v1'], ['9000=https://a.example/v1']],
  stream: ['1.5k', 1536],
  streamUnknown: ['now', 'now'],
  liveTypes: ['off', false],
  holdMs: [0, 0],
  passthrough: [
    ['*.bank.example', '*:8443'],
    ['*.bank.example', '*:8443'],
  ],
  resolve: [
    ['*.example=127.0.0.1', 'a:443=[::1]'],
    ['*.example=127.0.0.1', 'a:443=[::1]'],
  ],
  proxyAuth: ['me:secret', 'me:secret'],
  upstream: ['http://me:secret@proxy.example:3128', 'http://me:secret@proxy.example:3128'],
  noProxy: [
    ['*.lan', '<-loopback>'],
    ['*.lan', '<-loopback>'],
  ],
  caDir: ['ca', 'ca'],
  originCa: [['a.pem'], ['a.pem']],
  insecure: [true, true],
  modifier: [['a.ts'], ['a.ts']],
  maxFlows: [10, 10],
  allowLan: [false, false],
  json: ['on', true],
  quiet: [true, true],
  rules: [
    [{ name: 'video', type: 'video/*', largerThan: '1m', delivery: 'stream' }],
    [{ name: 'video', type: 'video/*', largerThan: 1048576, delivery: 'stream' }],
  ],
  modifiers: [
    [{ file: 'a.ts', off: true, match: { host: '*.example', status: '2xx' }, recode: true }, { file: 'b.js' }],
    [{ file: 'a.ts', off: true, match: { host: '*.example', status: '2xx' }, recode: true }, { file: 'b.js' }],
  ],
  clientCerts: [
    [
      { host: '*.example', cert: 'a.pem', key: 'k.pem' },
      { host: 'b:8443', pfx: 'b.pfx', passphrase: 'secret' },
    ],
    [
      { host: '*.example', cert: 'a.pem', key: 'k.pem' },
      { host: 'b:8443', pfx: 'b.pfx', passphrase: 'secret' },
    ],
  ],
  modifierMemory: ['256m', 268435456],
  modifierHangMs: [1000, 1000],
  bufferLimit: [1000, 1000],
  bodyDisk: ['4g', 4294967296],
  headLimit: ['64k', 65536],
  fieldLimit: [100, 100],
  connectTimeoutMs: [1, 1],
  idleLimitMs: [1000, 1000],
}

test('every key of the file becomes what Values says', () => {
  expect(Object.keys(table)).toEqual(optionsIn('file').map(([key]) => key))
  const column = (index: 0 | 1): unknown =>
    Object.fromEntries(Object.entries(table).map(([key, row]) => [key, (row as unknown[])[index]]))
  expect(safeParse(settingsSchema, column(0))).toMatchObject({ success: true, output: column(1) })
})

test('an option with the name of an engine setting has its type', () => {
  type Shared = keyof Values & Exclude<keyof Settings, 'caDir'>
  expectTypeOf<Required<Pick<Values, Shared>>>().toExtend<Pick<Settings, Shared>>()
})

test('assets/spillway.schema.json is what the schema says now (npx vitest run app -u writes it)', async () => {
  const path = 'assets/spillway.schema.json'
  const schema = toJsonSchema(settingsSchema, { typeMode: 'input' })
  for (const [key, { help }] of optionsIn('file')) Object.assign(schema.properties?.[key] ?? {}, { description: help })
  Object.assign(schema, { title: 'Spillway config file' })
  const text = await format(JSON.stringify(schema, null, 2), { ...(await resolveConfig(path)), parser: 'json' })
  await expect(text).toMatchFileSnapshot(`../../${path}`)
})
