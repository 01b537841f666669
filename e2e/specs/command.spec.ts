/** The built program as a file: plain, executable, alone, and what `npx spillway` runs. */
import { copyFileSync, cpSync, mkdtempSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect } from 'vitest'
import { run, runWell } from '../fixtures/command.ts'
import { curl } from '../fixtures/curl.ts'
import { files } from '../fixtures/nginx.ts'
import { bundle, Spillway } from '../fixtures/spillway.ts'
import { test } from '../fixtures/test.ts'

const root = resolve(import.meta.dirname, '../..')
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string
  bin: Record<string, string>
}

test('the bin of package.json is a plain file that can be executed', async () => {
  expect(resolve(root, manifest.bin['spillway'] ?? '')).toBe(bundle)
  expect(readFileSync(bundle, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
  expect(statSync(bundle).mode & 0o111).toBe(0o111)
  const { stdout } = await runWell(process.execPath, [bundle, '--version'])
  expect(stdout.toString()).toBe(`${manifest.version}\n`)
})

test('it runs far from its repository, and intercepts', async ({ folder, nginx, certificates }) => {
  const away = mkdtempSync(join(folder, 'away-'))
  cpSync(resolve(bundle, '..'), join(away, 'bin'), { recursive: true })
  copyFileSync(join(root, 'package.json'), join(away, 'package.json'))
  await using spillway = await new Spillway(['--origin-ca', certificates.ca], {
    file: join(away, 'bin', 'spillway.js'),
  }).start()
  const { body } = await curl(spillway, [`${nginx.https}/small.txt`])
  expect(body.equals(files['small.txt'])).toBe(true)
})

/** As in a shell at the project's root: npx finds Node 24 in node_modules/.bin, whatever Node runs npx itself. */
const npx = (...args: string[]) => run('npx', ['--no-install', 'spillway', ...args], { cwd: root })

test('npx spillway', async () => {
  const version = await npx('--version')
  expect([version.code, version.stdout.toString()]).toEqual([0, `${manifest.version}\n`])
  const mistake = await npx('--stream', 'ak')
  expect(mistake.code).toBe(2)
  expect(mistake.stderr).toContain('--stream: "ak" is not a size')
})
