import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openAuthority } from '../../../main/index.ts'
import type { Values } from '../../contract/options.ts'
import { CallError } from '../../contract/wire.ts'
import { LiveSettings } from './live-settings.ts'

let dir = ''
let file = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'spillway-settings-'))
  file = join(dir, 'settings.json')
})
afterEach(() => rmSync(dir, { recursive: true }))

const open = (fixed: Values = {}) => LiveSettings.open({ dataDir: dir, file, fixed })
const kept = (): unknown => JSON.parse(readFileSync(file, 'utf8'))
const aside = () => readdirSync(dir).filter((name) => name.startsWith('settings.damaged-'))

async function refused(settings: LiveSettings, patch: Record<string, unknown>): Promise<[string | undefined, string]> {
  const error: unknown = await settings.set(patch).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof CallError)) throw new Error(`not refused: ${JSON.stringify(patch)}`)
  return [error.key, error.message]
}

describe('a change', () => {
  test('is applied, kept as it was written, and there at the next start', async () => {
    const settings = await open()
    expect(settings.state).toEqual({ values: {}, file, fixed: [], later: [] })
    await settings.set({ stream: '3m', rules: [{ host: 'a', delivery: 'stream' }], holdMs: 9 })
    await settings.set({ holdMs: null, passthrough: ['*.bank.example'] })
    expect(settings.current).toMatchObject({ streamSize: 3 * 1024 ** 2, holdMs: 500, passthrough: ['*.bank.example'] })
    expect(kept()).toEqual({
      stream: '3m',
      rules: [{ host: 'a', delivery: 'stream' }],
      passthrough: ['*.bank.example'],
    })
    const again = await open()
    expect(again.state).toEqual(settings.state)
    expect(again.current).toEqual(settings.current)
  })

  test('leaves a file for its owner alone, and nothing beside it', async () => {
    const settings = await open()
    await Promise.all(Array.from({ length: 20 }, (_, n) => settings.set({ holdMs: n })))
    expect(kept()).toEqual({ holdMs: 19 })
    expect(readdirSync(dir)).toEqual(['settings.json'])
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test('what somebody has written into the file meanwhile is kept, and holds with it', async () => {
    const settings = await open()
    await settings.set({ stream: '3m' })
    writeFileSync(file, '{"stream": "4m", "maxFlows": 10, "holdMs": 3}')
    await settings.set({ holdMs: 4 })
    expect(kept()).toEqual({ stream: '4m', maxFlows: 10, holdMs: 4 })
    expect(settings.current.streamSize).toBe(4 * 1024 ** 2)
    rmSync(file)
    await settings.set({ maxFlows: null })
    expect(kept()).toEqual({ stream: '4m', holdMs: 4 })
    writeFileSync(file, '{"holdMs":')
    await settings.set({ stream: null })
    expect(kept()).toEqual({ holdMs: 4 })
    expect(aside()).toHaveLength(1)
  })

  // A slip in a file edited by hand was put aside at the next click in the window, and nobody was told of it.
  test('what somebody has broken in the file meanwhile is put aside, what was set holds on, and it is said', async () => {
    const settings = await open()
    await settings.set({ stream: '3m', holdMs: 9 })
    writeFileSync(file, '{ "stream": "5m", "holdMs": 7, }')
    await settings.set({ maxFlows: 10 })
    expect(kept()).toEqual({ stream: '3m', holdMs: 9, maxFlows: 10 })
    const [damaged = ''] = aside()
    expect(readFileSync(join(dir, damaged), 'utf8')).toContain('"5m"')
    expect(settings.state.problem).toMatch(
      /not JSON at line 1.*kept as .*damaged-.*; what holds in the window holds on\.$/,
    )
    await settings.set({ maxFlows: 11 })
    expect(settings.state.problem).toBeUndefined()
  })

  test('names that every object has are not settings', async () => {
    const settings = await open()
    for (const key of ['__proto__', 'constructor', 'toString']) {
      const patch = JSON.parse(`{ "${key}": { "stream": "1k" } }`) as Record<string, unknown>
      expect(await refused(settings, patch)).toEqual([key, expect.stringContaining('is not a setting')])
      const rule = JSON.parse(`[{ "${key}": { "delivery": "buffer" }, "delivery": "stream" }]`) as unknown
      expect(await refused(settings, { rules: rule })).toEqual(['rules', expect.stringContaining('not an option')])
    }
    expect(Object.hasOwn(Object.prototype, 'stream')).toBe(false)
  })

  test('a link to the file stays a link', async () => {
    mkdirSync(join(dir, 'elsewhere'))
    writeFileSync(join(dir, 'elsewhere', 'mine.json'), '{"$schema": "x", "holdMs": 7}')
    symlinkSync(join(dir, 'elsewhere', 'mine.json'), file)
    await (await open()).set({ stream: 5 })
    expect(JSON.parse(readFileSync(join(dir, 'elsewhere', 'mine.json'), 'utf8'))).toEqual({
      $schema: 'x',
      holdMs: 7,
      stream: 5,
    })
  })

  test.each<[Record<string, unknown>, string, string]>([
    [{ stream: '3f' }, 'stream', '"3f" is not a size: write a number'],
    [{ holdMs: -1, stream: '1k' }, 'holdMs', '-1 is too small: at least 0'],
    [{ holdMs: '5' }, 'holdMs', '"5" is not a number'],
    [{ strem: 1 }, 'strem', '"strem" is not a setting; did you mean "stream"?'],
    [{ help: true }, 'help', '"help" is not a setting'],
    [JSON.parse('{"__proto__": 1}') as Record<string, unknown>, '__proto__', 'is not a setting'],
    [{ $schema: 'x' }, '$schema', 'is not a setting'],
    [
      { rules: [{ delivery: 'stream' }, { host: 'a:80', delivery: 'stream' }] },
      'rules',
      'rules[1].host: "a:80" is not a host',
    ],
    [{ passthrough: 'x' }, 'passthrough', '"x" is not a list'],
    [{ listen: '0.0.0.0:8080' }, 'listen', 'other machines could reach it; set allowLan if that is meant'],
    [{ originCa: ['/nowhere/ca.pem'] }, 'originCa', 'cannot read /nowhere/ca.pem: no such file or directory'],
    [{ originCa: ['/dev/zero'] }, 'originCa', '/dev/zero is not a file'],
    [{ originCa: [process.execPath] }, 'originCa', 'is too large'],
  ])('%j is refused, and changes nothing', async (patch, key, message) => {
    writeFileSync(file, '{"holdMs": 7}')
    const settings = await open()
    const before = settings.state
    const [wrong, sentence] = await refused(settings, patch)
    expect(wrong).toBe(key)
    expect(sentence).toContain(message)
    expect(settings.state).toEqual(before)
    expect(kept()).toEqual({ holdMs: 7 })
  })

  test('a file of CAs is read', async () => {
    const { certificatePath, certificatePem } = await openAuthority(join(dir, 'ca'))
    const settings = await open()
    await settings.set({ originCa: [certificatePath] })
    expect(settings.current.originCas).toEqual(
      [certificatePem.trim()].map((pem) => expect.stringContaining(pem) as string),
    )
    rmSync(certificatePath)
    const again = await open()
    expect(again.current.originCas).toEqual([])
    expect(again.state.problem).toContain('The setting originCa is not used: cannot read')
    await again.set({ holdMs: 3 })
    expect(again.current.holdMs).toBe(3)
    expect(again.state.problem).toContain('originCa')
    expect(kept()).toMatchObject({ originCa: [certificatePath], holdMs: 3 })
    await again.set({ originCa: null })
    expect(again.state).not.toHaveProperty('problem')
  })

  test('what the disk refuses is not half done', async () => {
    const settings = await open()
    rmSync(dir, { recursive: true })
    writeFileSync(dir, 'a file where the folder should be')
    const [, message] = await refused(settings, { holdMs: 3 })
    expect(message).toContain('Nothing was changed: the settings file')
    expect(settings.current.holdMs).toBe(500)
    rmSync(dir)
    await settings.set({ holdMs: 3 })
    expect(kept()).toEqual({ holdMs: 3 })
  })
})

describe('what is given from outside', () => {
  test('wins, is named, and cannot be changed', async () => {
    writeFileSync(file, '{"holdMs": 7, "stream": "1k"}')
    const settings = await open({ stream: 5, help: true })
    expect(settings.state).toMatchObject({ values: { holdMs: 7, stream: 5 }, fixed: ['stream'] })
    const [key, message] = await refused(settings, { stream: 6 })
    expect([key, message]).toEqual(['stream', expect.stringContaining('which wins') as string])
    await settings.set({ holdMs: 8 })
    expect(kept()).toEqual({ holdMs: 8, stream: '1k' })
    expect(settings.current).toMatchObject({ streamSize: 5, holdMs: 8 })
  })

  test('and wrong, it keeps the program from starting', async () => {
    await expect(open({ originCa: ['/nowhere'] })).rejects.toMatchObject({ code: 'BAD_SETTING' })
  })
})

describe('a file that is', () => {
  // JSON is read in any depth and written in some thousands of levels: to quote such a value ended the program's start.
  test.each(['stream', 'rules', 'passthrough'])('nested without end in its %s is damaged, no more', async (key) => {
    const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`
    writeFileSync(file, `{"holdMs": 9, "${key}": ${deep}}`)
    const settings = await open()
    expect(settings.current.holdMs).toBe(9)
    expect(settings.state.problem).toContain(`The settings file was damaged: ${key}: what is nested so deeply is not `)
    expect(aside()).toHaveLength(1)
  })

  test.each<[string, string, string, unknown]>([
    ['not JSON', '{"stream": 3m}', 'not JSON at line 1, column 13', {}],
    ['empty', '', 'not JSON at line 1', {}],
    ['a list', '[]', 'a list is not an object', {}],
    ['null', 'null', 'is not an object', {}],
    ['wrong in one key', '{"holdMs": "x", "stream": "1k"}', 'holdMs: "x" is not a number', { stream: '1k' }],
    ['of a later version', '{"newKey": 1, "holdMs": 3}', 'newKey: not an option', { holdMs: 3 }],
  ])('%s is kept aside, and what is right in it holds', async (_, text, said, rest) => {
    writeFileSync(file, text)
    const settings = await open()
    const { problem } = settings.state
    expect(problem).toContain(said)
    expect(aside()).toHaveLength(1)
    expect(problem).toContain(aside()[0])
    expect(readFileSync(join(dir, aside()[0]!), 'utf8')).toBe(text)
    expect(kept()).toEqual(rest)
    expect(Object.keys(settings.state.values)).toEqual(Object.keys(rest as object))
    await settings.set({ holdMs: 4 })
    expect(settings.state).not.toHaveProperty('problem')
    expect((await open()).state).not.toHaveProperty('problem')
    expect(aside()).toHaveLength(1)
  })

  test('well written but wrong as a whole is used without what is wrong', async () => {
    writeFileSync(file, '{"listen": "0.0.0.0:1", "holdMs": 3}')
    const settings = await open()
    expect(settings.state.problem).toContain('The setting listen is not used')
    expect(settings.current).toMatchObject({ listen: { host: '127.0.0.1' }, holdMs: 3 })
    expect(aside()).toEqual([])
  })

  // Not by taking the permission away: root can read what it may not.
  // The panel took what could be used for what there is, and wrote it.
  test('with a certificate that is gone: none is used, and all of the list stays to be edited', async () => {
    const clientCerts = ['a.example', 'b.example'].map((host) => ({ host, pfx: `${host}.pfx` }))
    writeFileSync(file, JSON.stringify({ clientCerts, holdMs: 7 }))
    const settings = await open()
    expect(settings.state.problem).toMatch(/^The setting clientCerts is not used: /)
    expect(settings.state.values.clientCerts).toMatchObject(clientCerts.map(({ host }) => ({ host })))
    await settings.set({ holdMs: 8 })
    expect(settings.state.values.clientCerts).toHaveLength(2)
    expect(kept()).toEqual({ clientCerts, holdMs: 8 })
  })

  test('whose password is none lets no other machines in', async () => {
    writeFileSync(file, JSON.stringify({ listen: '0.0.0.0:8080', allowLan: true, proxyAuth: 'bob', holdMs: 7 }))
    const settings = await open()
    expect(settings.state.problem).toMatch(/proxyAuth/)
    expect(settings.current).toMatchObject({ holdMs: 7, allowLan: false, listen: { host: '127.0.0.1' } })
    expect((await open()).current).toMatchObject({ allowLan: false, listen: { host: '127.0.0.1' } })
  })

  test('unreadable leaves the defaults, and says so', async () => {
    symlinkSync(file, file)
    expect((await open()).state.problem).toContain('cannot be read')
  })

  test('a folder leaves the defaults, and says so', async () => {
    mkdirSync(file)
    expect((await open()).state.problem).toContain('cannot be read')
  })
})

test('what waits for a start is told', async () => {
  const settings = await open()
  await settings.set({ listen: 9090 })
  expect(settings.state.later).toEqual([])
  expect(settings.captures(true)).toBe(false)
  await settings.set({ listen: 9091, reverse: ['https://a.example'], maxFlows: 5, holdMs: 1 })
  expect(settings.state.later).toEqual(['maxFlows', 'listen', 'reverse'])
  expect(settings.current).toMatchObject({ maxFlows: 100_000, listen: { port: 9091 } })
  expect(settings.captures(false)).toBe(true)
  expect(settings.state.later).toEqual(['maxFlows'])
  await settings.set({ maxFlows: null })
  expect(settings.state.later).toEqual([])
})
