/** What ARCHITECTURE.md and the READMEs name is there. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'

const files = execFileSync('git', ['ls-files'], { encoding: 'utf8' }).trim().split('\n')
const folders = new Set(
  files.flatMap((file) => file.split('/').map((_, depth, parts) => parts.slice(0, depth).join('/'))),
)
const documents = files.filter((file) => file.endsWith('.md'))

/** "main/http1/", "proxy/awake.ts", "scenario.ts": a path in backticks, or the name of a source. */
const named = /`((?:[\w.@-]+\/)+[\w.@-]*|[\w-]+\.(?:ts|tsx|cjs))`/g

/** From the root or in the engine; in the README of a room, anywhere in that room. */
function isThere(named: string, document: string): boolean {
  const path = named.replace(/\/$/, '')
  const room = dirname(document)
  const all = [...files, ...folders]
  if (all.includes(path) || all.includes(`main/${path}`)) return true
  return room !== '.' && all.some((one) => one.startsWith(`${room}/`) && one.endsWith(`/${path}`))
}

test.each(documents)('%s', (document) => {
  const text = readFileSync(document, 'utf8')
  // What is built or measured is nobody's to keep.
  const made = /^(dist|results)\//
  const paths = [...text.matchAll(named)].map(([, path = '']) => path).filter((path) => !made.test(path))
  expect(paths.filter((path) => !isThere(path, document))).toEqual([])
})

test('there are such documents, and they name something', () => {
  const architecture = readFileSync('ARCHITECTURE.md', 'utf8')
  expect([...architecture.matchAll(named)].length).toBeGreaterThan(30)
  expect(isThere('main/streaming/decide.ts', 'ARCHITECTURE.md')).toBe(true)
  expect(isThere('main/streaming/gone.ts', 'ARCHITECTURE.md')).toBe(false)
})
