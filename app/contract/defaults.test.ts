import { expect, test } from 'vitest'
import { defaultValues } from './defaults.ts'
import { optionsIn } from './options.ts'

test('every option of the engine has its default, and nothing else does', () => {
  const without = optionsIn('file')
    .map(([key]) => key)
    .filter((key) => !(key in defaultValues))
  // Not of the engine (caDir: of the machine; json, quiet: of the command line), or nothing unless given.
  expect(without.sort()).toEqual([
    'caDir',
    'clientCerts',
    'idleLimitMs',
    'json',
    'modifier',
    'proxyAuth',
    'quiet',
    'stream',
    'upstream',
  ])
  expect(defaultValues).toMatchObject({ holdMs: 500, originCa: [], liveTypes: true, listen: { host: '127.0.0.1' } })
})
