/** The library as the sandbox runs it: bundled, in a process of its own, under lockdown. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { battery } from './testing/battery.ts'
import { wholeText } from './testing/cuts.ts'
import { testHost, testLibrary } from './testing/host.ts'
import { aFlow, compileStarter, loadStarter, readStarters } from './testing/starters.ts'

type Answer = { results: unknown[]; costs: Record<string, number>; logged: string[]; outputs: Record<string, string> }

const body = 'data: foo\n\nevent: ping\ndata: {"user":"Ada","n":[1,{"email":"é"}]}\n\n: keep-alive\n\ndata: [DONE]\n\n'
const folder = mkdtempSync(join(tmpdir(), 'spillway-library-'))
let answer: Answer

beforeAll(async () => {
  const input = join(import.meta.dirname, 'testing/locked-process.ts')
  const made = await rolldown({ input, platform: 'node', external: /^node:/ })
  const file = join(folder, 'locked.mjs')
  await made.write({ file, format: 'esm', minify: { compress: true, mangle: false }, codeSplitting: false })
  await made.close()
  const modifiers = Object.fromEntries([...readStarters()].map(([name, source]) => [name, compileStarter(source)]))
  const told = execFileSync(process.execPath, [file, JSON.stringify({ modifiers, body })], { encoding: 'utf8' })
  answer = JSON.parse(told) as Answer
}, 60_000)

afterAll(() => rmSync(folder, { recursive: true }))

describe('under lockdown', () => {
  test('everything does what it does without', async () => {
    const host = testHost()
    const results = await battery(testLibrary(host))
    expect(results.length).toBeGreaterThan(45)
    expect(answer.results).toEqual(JSON.parse(JSON.stringify(results)))
    expect(answer.logged).toContain(host.logged[0])
  })

  test('the starters do too, in compartments', async () => {
    const library = testLibrary()
    for (const [name, source] of readStarters()) {
      const run = loadStarter(source, library).default
      expect(answer.outputs[name], name).toBe(run ? await wholeText(run([body], aFlow)) : body)
    }
  })

  test('10 MB take no more than a second or so', () => {
    for (const [name, ms] of Object.entries(answer.costs)) expect(ms, name).toBeLessThan(6000)
  })
})
