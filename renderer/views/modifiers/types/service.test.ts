import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import ts from 'typescript'
import { beforeAll, describe, expect, test } from 'vitest'
import { TypeService } from './service.ts'

const libs = new Map(
  globSync('node_modules/typescript/lib/lib.{es5,es20*,decorators*}.d.ts').map((file) => [
    basename(file),
    readFileSync(file, 'utf8'),
  ]),
)
const types = readFileSync(join(import.meta.dirname, '../../../../assets/modifiers/spillway.d.ts'), 'utf8')

let service: TypeService
beforeAll(() => {
  service = new TypeService(libs, types)
})

/** The text with the place of "|" taken out. */
function at(text: string): { text: string; at: number } {
  const place = text.indexOf('|')
  return { text: text.slice(0, place) + text.slice(place + 1), at: place }
}

function offersAt(text: string, name = 'a.ts'): string[] {
  const given = at(text)
  service.give(name, given.text)
  return service.offers({ at: given.at, typed: false })?.offers.map((offer) => offer.name) ?? []
}

const problemsOf = (text: string, name = 'a.ts'): string[] => {
  service.give(name, text)
  return service.problems().map(({ from, to, message }) => `${text.slice(from, to)}: ${message.split('\n')[0] ?? ''}`)
}

describe('chunks and flow are known, with and without types, in TypeScript and in JavaScript', () => {
  const written = 'export default async function* (chunks: AsyncIterable<Uint8Array>, flow: Flow) {'
  test.each([
    ['a.ts', written],
    ['a.ts', 'export default async function* (chunks, flow) {'],
    ['a.ts', 'export default async function* name(chunks, flow) {'],
    ['a.js', 'export default async function* (chunks, flow) {'],
    ['a.js', 'export default function (chunks, flow) {'],
  ])('%s %s', (name, head) => {
    expect(offersAt(`${head}\n  flow.|\n}`, name)).toEqual(expect.arrayContaining(['id', 'client', 'request']))
    const loop = head.includes('async') ? `for await (const chunk of chunks) chunk.|` : `chunks[Symbol.|]`
    expect(offersAt(`${head}\n  ${loop}\n}`, name)).toContain(head.includes('async') ? 'byteLength' : 'asyncIterator')
    expect(problemsOf(`${head} flow.nothing }`, name)).toEqual([
      expect.stringContaining("nothing: Property 'nothing' does not exist on type 'Flow'"),
    ])
  })

  test('arrow functions and responseHead', () => {
    expect(offersAt('export default (chunks, flow) => flow.|', 'a.ts')).toContain('response')
    expect(offersAt('export const responseHead = (head, flow) => { flow.| }', 'a.js')).toContain('response')
    expect(offersAt('export function responseHead(head, flow) { head.| }')).toContain('headers')
  })

  test('what is yielded must be a chunk, and is marked where it is yielded', () => {
    const text = 'export default async function* (chunks) {\n  for await (const chunk of chunks) yield chunk.length\n}'
    expect(problemsOf(text)).toEqual([expect.stringContaining("Type 'number' is not assignable to type 'Chunk'")])
    expect(problemsOf('export default function* () {\n  yield 7\n}')).toHaveLength(1)
    expect(problemsOf("export default function* () {\n  yield 'text'\n}")).toEqual([])
    expect(problemsOf('export default function () {\n  return 7\n}')).toHaveLength(1)
  })

  test('responseHead and match are known, too', () => {
    expect(problemsOf("export function responseHead(head) {\n  return 'strem'\n}")).toHaveLength(1)
    expect(problemsOf("export function responseHead(head) {\n  return 'stream'\n}")).toEqual([])
    expect(problemsOf('export async function responseHead(head) {\n  head.status = 500\n}')).toEqual([])
    expect(problemsOf("export const match = { hots: 'a' }")).toHaveLength(1)
    expect(offersAt('export const match = { | }')).toEqual(expect.arrayContaining(['host', 'type']))
  })

  test('half-written heads are left as they are', () => {
    for (const text of [
      'export default async function* (chunks',
      'export default chunks => chunks',
      'export default (',
    ]) {
      expect(() => problemsOf(text)).not.toThrow()
    }
  })
})

describe('the language', () => {
  test('an empty file has no problem, and the whole of es2024', () => {
    expect(problemsOf('')).toEqual([])
    expect(problemsOf("export const a = Object.groupBy([1], String); 'x'.isWellFormed()")).toEqual([])
  })

  test('nothing of a browser or of Node', () => {
    expect(problemsOf('document; process; fetch')).toHaveLength(3)
  })

  test('places of problems are those of the text as it was written', () => {
    const text = 'export default async function* (chunks, flow) {\n  const n: number = "x"\n  yield String(n)\n}'
    expect(problemsOf(text)).toEqual(["n: Type 'string' is not assignable to type 'number'."])
  })
})

describe('the library', () => {
  test('its exports are offered, and bring their import', () => {
    const given = at('export default function (chunks) {\n  return repl|\n}')
    service.give('a.ts', given.text)
    const offer = service.offers({ at: given.at, typed: true })?.offers.find(({ name }) => name === 'replace')
    expect(offer?.module).toBe('spillway')
    const details = service.details({ at: given.at, name: 'replace', module: 'spillway' })
    expect(details?.changes).toEqual([{ from: 0, to: 0, insert: "import { replace } from 'spillway'\n\n" }])
    expect(details?.prose[0]?.text).toMatch(/replace/i)
  })

  test('what it is called with is told while it is written', () => {
    const given = at("import { replace } from 'spillway'\nreplace(x, |)")
    service.give('a.ts', given.text)
    const told = service.signature({ at: given.at })
    expect(told?.current.map(({ text }) => text).join('')).toMatch(/string \| RegExp/)
  })

  test('hovering tells type and docstring', () => {
    const text = "import { log } from 'spillway'"
    service.give('a.ts', text)
    const told = service.hover({ at: text.indexOf('log') + 1 })
    expect(text.slice(told?.from, told?.to)).toBe('log')
    expect(told?.words.map(({ text }) => text).join('')).toContain('function log')
    expect(told?.prose[0]?.text).not.toBe('')
  })
})

test.each(globSync('assets/modifiers/!(*.d).ts'))('nothing is wrong with %s', (file) => {
  expect(problemsOf(readFileSync(file, 'utf8'))).toEqual([])
})

test('formatting is TypeScript’s, of the text as it was written', () => {
  const text = 'export default async function*(chunks,flow){\nfor await(const c of chunks)   yield c\n}'
  service.give('a.ts', text)
  let made = text
  for (const { from, to, insert } of service.format().toReversed()) made = made.slice(0, from) + insert + made.slice(to)
  expect(made).toBe('export default async function* (chunks, flow) {\n  for await (const c of chunks) yield c\n}')
  expect(ts.createSourceFile('a.ts', made, ts.ScriptTarget.ES2024).statements).toHaveLength(1)
})
