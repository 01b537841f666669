import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { newToken, sameToken, writeTokenFile } from './token.ts'

const folder = mkdtempSync(join(tmpdir(), 'spillway-token-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('a token is like no other', () => {
  const tokens = Array.from({ length: 1000 }, newToken)
  expect(new Set(tokens).size).toBe(1000)
  for (const token of tokens) expect(token).toMatch(/^[\w-]{22}$/)
})

test('only the same text is the same token', () => {
  const token = newToken()
  expect(sameToken(token, token)).toBe(true)
  for (const other of [
    '',
    ` ${token}`,
    token.slice(1),
    `${token}=`,
    token.toUpperCase() + 'a',
    undefined,
    null,
    1,
    {},
  ]) {
    expect(sameToken(token, other)).toBe(false)
  }
})

test('its file is for its owner alone, whatever was there before', async () => {
  const file = join(folder, 'token')
  writeFileSync(file, 'old and open')
  chmodSync(file, 0o644)
  await writeTokenFile(file, 'abc')
  expect(readFileSync(file, 'utf8')).toBe('abc\n')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readdirSync(folder)).toEqual(['token'])
})

test('where it cannot be written nothing is left behind', async () => {
  await expect(writeTokenFile(join(folder, 'missing', 'token'), 'abc')).rejects.toThrow('ENOENT')
  expect(existsSync(join(folder, 'missing'))).toBe(false)
})
