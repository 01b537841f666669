/** `npm start` where there is no Electron: a sentence, the web host, its address, and never a long wait. */
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect } from 'vitest'
import { Program } from '../../app/headless/testing/program.ts'
import { endWithUs } from '../fixtures/command.ts'
import { test } from '../fixtures/test.ts'

/** `dist`: where Electron's binary is looked for. */
function startWith(dist: string, args: string[], env: Record<string, string>): Program {
  const given = { ELECTRON_OVERRIDE_DIST_PATH: dist, electron_config_cache: join(dist, 'cache'), ...env }
  const program = new Program(args, given, [process.execPath, 'tools/start.ts'])
  endWithUs(program.child, () => program.child.kill('SIGTERM'))
  return program
}

const sentence =
  /^Electron's binary is not here and could not be fetched \(.+\), so Spillway shows its window in your browser, at the address below\.\n/
const web = ['--listen', '127.0.0.1:0']

/** Ends it as a user does, by a signal to the one that was started. */
async function end(program: Program): Promise<void> {
  program.child.kill('SIGTERM')
  expect((await program.ended).code).toBe(0)
}

test('a mirror that refuses', async ({ folder }) => {
  await using program = startWith(mkdtempSync(join(folder, 'dist-')), web, { ELECTRON_MIRROR: 'http://127.0.0.1:9/' })
  await program.says('stdout', /^window at http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{22}$/m)
  expect(program.stdout).toMatch(sentence)
  await end(program)
})

test('a mirror that never answers has nine seconds', async ({ folder }) => {
  const asked = Promise.withResolvers<number>()
  const server = createServer(() => asked.resolve(performance.now()))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  await using program = startWith(mkdtempSync(join(folder, 'dist-')), web, { ELECTRON_MIRROR: mirror })
  await program.says('stdout', sentence)
  // Whoever fetches has patience for minutes; how long this machine takes to start it is not counted.
  expect(performance.now() - (await asked.promise)).toBeLessThan(20_000)
  await program.says('stdout', /^window at /m)
  await end(program)
  server.closeAllConnections()
  server.close()
})

test('--web is the web host at once', async ({ folder }) => {
  await using program = startWith(mkdtempSync(join(folder, 'dist-')), [...web, '--web', '127.0.0.1:0'], {})
  await program.says('stdout', /^window at /m)
  expect(program.stdout).not.toMatch(/Electron/)
  await end(program)
})

test('a binary that is there is started with what was given; for root, whom its sandbox refuses, the web host', async ({
  folder,
}) => {
  const dist = mkdtempSync(join(folder, 'dist-'))
  const binary = join(dist, 'electron')
  writeFileSync(binary, '#!/bin/sh\necho "started with $*"\nexit 7\n')
  chmodSync(binary, 0o755)
  await using program = startWith(dist, ['--stream', '3m'], { DISPLAY: ':0' })
  if (process.getuid?.() === 0) {
    await program.says(
      'stdout',
      /^The desktop app's sandbox does not work for root, so Spillway shows its window in your browser/,
    )
    await program.says('stdout', /^window at /m)
    await end(program)
  } else {
    expect(await program.ended).toMatchObject({ code: 7, stdout: 'started with . --stream 3m\n' })
  }
})
