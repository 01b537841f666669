import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { lossOf, RunFile } from './run-file.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spillway-run-'))
})
afterEach(() => {
  vi.useRealTimers()
  rmSync(folder, { recursive: true })
})

test('a run that ended cleanly leaves nothing, one that did not says what was lost', () => {
  vi.useFakeTimers()
  const file = join(folder, 'deep', 'run.json')
  const clean = new RunFile(file)
  expect(clean.begin()).toBeUndefined()
  clean.flowsAre(3)
  clean.end()
  vi.advanceTimersByTime(10_000)
  expect(existsSync(file)).toBe(false)

  const lost = new RunFile(file)
  expect(lost.begin()).toBeUndefined()
  lost.captureIs(true)
  lost.flowsAre(7)
  lost.flowsAre(120)
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ flows: 0, capturing: true })
  vi.advanceTimersByTime(2000)
  expect(new RunFile(file).begin()).toMatch(
    /^Spillway ended without warning the last time \(started .+\)\. The 120 flows it had seen are lost, and the capture is no longer running; settings and CA are kept\.$/,
  )
})

test.each([
  [{ startedAt: 1, capturing: false, flows: 0 }, /Nothing had been captured; settings/],
  [{ startedAt: 1, capturing: false, flows: 1 }, /The 1 flow it had seen is lost; settings/],
])('%j', (run, words) => {
  expect(lossOf(JSON.stringify(run))).toMatch(words)
})

test.each(['', '{', '[]', '{"startedAt":1,"capturing":true,"flows":-1}', '{"startedAt":"x"}'])(
  'a damaged file (%s) is a lost run of which nothing is known',
  (text) => {
    expect(lossOf(text)).toMatch(/What it had captured is lost/)
  },
)

test('a folder that cannot be written does not end the run', () => {
  writeFileSync(join(folder, 'file'), '')
  const run = new RunFile(join(folder, 'file', 'run.json'))
  expect(run.begin()).toBeUndefined()
  run.captureIs(true)
})
