import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PositionMap } from './position-map.ts'
import { transpile, type Fault } from './transpile.ts'

/** As the sandbox's evaluator has it. */
const refused = /<!--|-->|(^|[^.]|\.\.\.)\bimport(\s*(?:\(|\/[/*]))/

function compiled(source: string): Extract<ReturnType<typeof transpile>, { ok: true }> {
  const result = transpile(source)
  if (!result.ok) throw new Error(JSON.stringify(result.faults))
  expect(result.code).not.toMatch(refused)
  return result
}

function faults(source: string): Fault[] {
  const result = transpile(source)
  return result.ok ? [] : result.faults
}

/** What the file exports, evaluated outside of any sandbox. */
function run(source: string): Record<string, unknown> {
  const kept: unknown[] = []
  const template = (index: number, cooked: unknown[], raw: unknown[]): unknown =>
    (kept[index] ??= Object.assign(cooked, { raw }))
  const module = { exports: {} }
  const wrapped = `(function (exports, __spillwayTemplate) { ${compiled(source).code} })`
  const body = runInNewContext(wrapped) as (...given: unknown[]) => void
  body(module.exports, template)
  return module.exports
}

const value = (expression: string): unknown => run(`export const value = ${expression}`)['value']

const hazards = ['<!--', '-->', 'import(', 'import (', 'import/*', 'import//', 'import\n(', '...import(']

test.each([
  ...hazards.map((text) => JSON.stringify(text)),
  `'<!-- -->'`,
  String.raw`'\<!--'`,
  String.raw`'\\<!--'`,
  String.raw`'\\\<!--'`,
  String.raw`'\import('`,
  String.raw`'\\import('`,
  String.raw`'--\>'`,
  '`<!-- -->`',
  '`a<!--${1 + 1}-->${`import(${2})`}<!--`',
  '`import\n(`',
  String.raw`'\u{3c}!--'`,
  `'a' + "-->" + \`import(\``,
  `{ '<!--': 1, ["-->"]: 2 }`,
])('the literal %s has its value', (literal) => {
  expect(value(`(${literal})`)).toEqual(runInNewContext(`(${literal})`))
})

test('any string that holds such text has its value, in each kind of quotes', () => {
  const piece = fc.constantFrom(...hazards, '\\', '"', "'", '`', '$', '{', '\n', 'x', '(', '/', '*', '<', '!', '-', '>')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const text = pieces.join('')
      const single = `'${JSON.stringify(text).slice(1, -1).replaceAll("'", "\\'").replaceAll('\\"', '"')}'`
      const template = `\`${text.replaceAll(/[\\`$]/g, '\\$&')}\``
      expect(run(`export const all = [${JSON.stringify(text)}, ${single}, ${template}]`)['all']).toEqual([
        text,
        text,
        text,
      ])
    }),
    { numRuns: 150 },
  )
})

test.each([
  ['/<!--/', ['<!--', '<!-', 'x3c!--']],
  ['/^[<!--]$/', ['<', '!', '-', '+', '.', '>']],
  ['/^[(?<!--]$/', ['<', '(', '?', '-', '+', '.']],
  ['/(?<!--)x/', ['x', '--x', '-x']],
  [String.raw`/\(?<!--/`, ['(<!--', '<!--', '!--']],
  ['/^[--> ]$/', ['-', '.', '>', ' ', '@']],
  ['/^[--]-->$/v', ['--->']],
  ['/-->/gi', ['-->', '->']],
  [String.raw`/\<!--/`, ['<!--']],
  [String.raw`/\\<!--/`, ['\\<!--', '<!--']],
  ['/import(foo)?/', ['import', 'importfoo', 'x69mport']],
  [String.raw`/\bimport\s*\(/`, ['import (', 'ximport(']],
  ['/(?<a>x)<!--\\k<a>-->/u', ['x<!--x-->', 'x<!---->']],
])('the regular expression %s matches what it matched', (literal, texts) => {
  let original: RegExp
  try {
    original = runInNewContext(literal) as RegExp
  } catch {
    expect(faults(`export const value = ${literal}`)).not.toEqual([])
    return
  }
  const ours = value(literal) as RegExp
  expect(ours.flags).toBe(original.flags)
  for (const text of texts) {
    ours.lastIndex = original.lastIndex = 0
    expect([text, ours.exec(text)?.slice()]).toEqual([text, original.exec(text)?.slice()])
  }
})

test('a tagged template has its strings, cooked and raw, the same ones at each call', () => {
  const exported = run(
    `
    const seen = []
    const of = { make: (strings) => class { strings = strings.slice() }, tag(strings, ...values) { seen.push(strings); return [this === of, strings.slice(), strings.raw.slice(), values] } }
    const call = (x) => of.tag\`<!-- \\n \${x}
 --> \${'-->'} import(\`
    export const results = [call(1), call(2)]
    export const same = seen[0] === seen[1]
    export const raw = String.raw\`<!-- \\u -->\`
    export const constructed = new (() => C)()\`<!--\`
  `.replace('export const constructed = new (() => C)()`<!--`', ''),
  )
  expect(exported['same']).toBe(true)
  expect(exported['raw']).toBe(String.raw`<!-- \u -->`)
  const results = exported['results'] as unknown[][]
  expect(results[0]).toEqual([
    true,
    ['<!-- \n ', '\n --> ', ' import('],
    ['<!-- \\n ', '\n --> ', ' import('],
    [1, '-->'],
  ])
})

test('comments are gone, code is as it was', () => {
  const { code } = compiled(`#!/usr/bin/env node
/*! <!-- import( */
// -->
let n = 3
export let m = 0
while (n --> 0) m++ /* import('x') */
export const url = 'http://x/*y*/' // import(
`)
  expect(code).not.toMatch(/node|<!|import|\/\* /)
  const exported = run('let n = 3\nexport let m = 0\nwhile (n --> 0) m++\nexport const less = 1 <!--n')
  expect(exported).toMatchObject({ m: 3 })
})

test.each<[string, number, number, RegExp]>([
  ['const x = 1\n\n  import("fs")', 3, 3, /import\(\).*import \{ lines \} from 'spillway'/],
  ['export default async () => { await import("fs") }', 1, 36, /import\(\)/],
  ["import fs from 'node:fs'", 1, 16, /'spillway' only, not from 'node:fs'/],
  ["export * from './other'", 1, 15, /'spillway' only/],
  ["import fs = require('fs')", 1, 21, /'spillway' only/],
  // Undefined where it is called: the good version was replaced, and then every flow failed.
  ["import {\n  line } from 'spillway'", 2, 3, /^'spillway' has no "line"; did you mean "lines"\?$/],
  ["import { take as t, line as lines } from 'spillway'", 1, 21, /no "line"/],
  ["export { Replace } from 'spillway'", 1, 10, /no "Replace"; did you mean "replace"\?/],
  ["import { zebra } from 'spillway'", 1, 10, /no "zebra"; it has text, lines, .*, log$/],
  ["import library from 'spillway'", 1, 8, /no default export; its functions come by name/],
  ["import { default as library } from 'spillway'", 1, 10, /no default export/],
  ['export const a = import.meta.url', 1, 18, /import\.meta/],
  ['\neval("1")', 2, 1, /eval/],
  ['const a = 1\nawait a', 2, 1, /await outside/],
  ['for await (const a of []) {}', 1, 1, /await outside/],
  ['const a = {\nfoo bar', 2, 5, /expected/],
  ['const a: string = 1\nlet b = 1\nlet b = 2', 3, 5, /already been declared/],
  ['export const o = {\n  import() {} }', 2, 3, /does not take "import\("/],
])('%j is refused with line and column', (source, line, column, message) => {
  const [fault] = faults(source)
  expect(fault).toEqual({ message: expect.stringMatching(message) as string, line, column })
})

test('types only may come from anywhere', () => {
  expect(
    faults("import type { X } from './x.ts'\nimport { lines } from 'spillway'\nexport const a: X = lines"),
  ).toEqual([])
})

test.each([
  "import * as library from 'spillway'\nexport default (c) => library.lines(c)",
  "import { lines as l, type Anything, ServerEvent } from 'spillway'\nexport default (c, e: ServerEvent) => l(c)",
  "import 'spillway'\nconst line = 1\nexport { line }",
  "import library = require('spillway')\nexport default (c) => library.lines(c)",
])('the library comes whole, by its names and with its types: %j', (source) => {
  expect(faults(source)).toEqual([])
})

test('a thrown error is found in the file it came from, behind edits on its line too', () => {
  const source = `import { lines } from 'spillway'
interface Wide { a: number }
// a comment

export const fail = (w: Wide) => { const s = '<!-- -->' + "import("; return s + w.boom(\`-->\`) }
const tag = (s: unknown, ...v: unknown[]) => v
export const other = () => tag\`<!--
\${1} -->\`.map((x) => x.boom())`
  const { code, positions } = compiled(source)
  const module: Record<string, unknown> = {}
  const wrapped = `(function (exports, require, __spillwayTemplate) { ${code} })`
  const body: unknown = runInNewContext(wrapped, {}, { filename: 'm' })
  ;(body as (...given: unknown[]) => void)(
    module,
    () => ({}),
    () => [],
  )
  const prefix = '(function (exports, require, __spillwayTemplate) { '.length
  const where = (name: string): unknown => {
    try {
      ;(module[name] as (x: unknown) => void)({})
    } catch (error) {
      const [, line, column] = /m:(\d+):(\d+)/.exec((error as Error).stack!)!.map(Number)
      return new PositionMap(positions).find(line!, line === 1 ? column! - prefix : column!)
    }
    return undefined
  }
  const at = (line: number): number => source.split('\n')[line - 1]!.indexOf('boom(') + 1
  expect(where('fail')).toEqual({ line: 5, column: at(5) })
  expect(where('other')).toEqual({ line: 8, column: at(8) })
})

test.each([
  ['\nexport default function* () {}', 2],
  ['const a = 1\nasync function* f() {}\nexport default f', 3],
  ['async function* f() {}\nexport { f as default }', 2],
  ['const a = 1\nexport const responseHead = () => "stream"', 2],
  ['export function responseHead() {}\n\nexport default function* () {}', 3],
  ['const a = 1\nexport {}', 1],
])('%j exports at line %d', (source, line) => {
  expect(compiled(source).exportedAt.line).toBe(line)
})
