/** The starter modifiers: what each does to real streams, and that they and the library fit the types in the editor. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { CutError } from './index.ts'
import { all, everyCut, utf8, wholeText } from './testing/cuts.ts'
import { testHost, testLibrary } from './testing/host.ts'
import { aFlow, loadStarter, readStarters, startersFolder, type StarterExports } from './testing/starters.ts'

const starters = readStarters()

function load(
  name: string,
  host = testHost(),
): StarterExports & { run: (...chunks: (string | Uint8Array)[]) => Promise<string> } {
  const loaded = loadStarter(starters.get(name) ?? '', testLibrary(host))
  const transform = loaded.default
  return { ...loaded, run: (...chunks) => wholeText(transform?.(chunks, aFlow) ?? testLibrary().text(chunks)) }
}

describe('each starter', () => {
  test('is one of these', () => {
    expect([...starters.keys()].sort()).toEqual([
      'count-bytes',
      'cut-after',
      'drop-events',
      'inject-event',
      'phone-speed',
      'redact-json-fields',
      'replace-text',
      'stream-everything',
    ])
  })

  test.each([...starters])('%s opens with its summary in one line', (_, source) => {
    expect(source).toMatch(/^\/\*\* [A-Z][^\n*]{20,110}\. \*\/\n/)
  })

  test('stream-everything', () => {
    const { responseHead, default: transform } = load('stream-everything')
    expect(responseHead?.({}, aFlow)).toBe('stream')
    expect(transform).toBeUndefined()
  })

  test('replace-text, at every cut', async () => {
    const { match, run } = load('replace-text')
    expect(match).toEqual({ type: 'text/*' })
    for (const chunks of everyCut(utf8('foo and foofoo, fo o')))
      expect(await run(...chunks)).toBe('bar and barbar, fo o')
  })

  test('drop-events, at every cut', async () => {
    const { run } = load('drop-events')
    const given = 'data: 1\n\nevent: ping\ndata: 2\n\n: comment\n\nevent: other\nid: 5\ndata: 3\n\n'
    for (const chunks of everyCut(utf8(given))) {
      expect(await run(...chunks)).toBe('data: 1\n\n: comment\n\nid: 5\nevent: other\ndata: 3\n\n')
    }
  })

  test('phone-speed', async () => {
    const host = testHost()
    const { run } = load('phone-speed', host)
    const body = 'x'.repeat(100 * 1024)
    expect(await run(body)).toBe(body)
    expect(host.now()).toBeGreaterThan(2200)
    expect(host.now()).toBeLessThanOrEqual(2300)
  })

  test('cut-after', async () => {
    const { run, default: transform } = load('cut-after')
    expect(await run('short')).toBe('short')
    const long = ['x'.repeat(60_000), 'x'.repeat(60_000)]
    await expect(all(transform!(long, aFlow))).rejects.toThrow(CutError)
    let sent = 0
    await (async () => {
      for await (const chunk of transform!(long, aFlow)) sent += chunk.length
    })().catch(() => undefined)
    expect(sent).toBe(4096)
  })

  test('redact-json-fields, at every cut', async () => {
    const { run } = load('redact-json-fields')
    const given = [
      'event: delta\ndata: {"id":"c1","user":{"name":"Ada"},"choices":[{"email":"ada@a.example","text":"é"}]}\n\n',
      'data: {"big": 12345678901234567890, "n": 1.0}\n\ndata: [DONE]\n\n: keep-alive\n\ndata: "user"\n\n',
    ].join('')
    const expected = [
      'event: delta\ndata: {"id":"c1","user":"[hidden]","choices":[{"email":"[hidden]","text":"é"}]}\n\n',
      'data: {"big": 12345678901234567890, "n": 1.0}\n\ndata: [DONE]\n\n: keep-alive\n\ndata: "user"\n\n',
    ].join('')
    for (const chunks of everyCut(utf8(given))) expect(await run(...chunks)).toBe(expected)
  })

  test('inject-event', async () => {
    const { run } = load('inject-event')
    expect(await run(': hello\n\ndata: 1\n\nda', 'ta: 2\n\n')).toBe(
      [
        ': hello\n\ndata: 1\n\n',
        'event: note\ndata: {"text":"injected by Spillway","flow":7}\n\n',
        'data: 2\n\n',
        'event: note\ndata: {"text":"the end","events":2}\n\n',
      ].join(''),
    )
  })

  test('count-bytes', async () => {
    const host = testHost()
    expect(await load('count-bytes', host).run(utf8('ab'), utf8('cé'))).toBe('abcé')
    expect(host.logged).toEqual(['GET http://a.example/ 2 chunks, 5 bytes'])
  })
})

describe('types', () => {
  const declared = join(startersFolder, 'spillway.d.ts')
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2024,
    lib: ['lib.es2024.d.ts'],
    types: [],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    moduleDetection: ts.ModuleDetectionKind.Force,
    allowImportingTsExtensions: true,
    strict: true,
    noUnusedLocals: true,
    noEmit: true,
  }

  /** The language's own declarations are 40 files, the same for each program. */
  const parsed = new Map<string, ts.SourceFile | undefined>()

  /** What TypeScript finds in files, of which these need not exist. */
  function problems(files: string[], written: Record<string, string> = {}): string[] {
    const host = ts.createCompilerHost(options)
    const readFile = host.readFile.bind(host)
    const fileExists = host.fileExists.bind(host)
    host.fileExists = (name) => name in written || fileExists(name)
    host.readFile = (name) => written[name] ?? readFile(name)
    const getSourceFile = host.getSourceFile.bind(host)
    host.getSourceFile = (name, target, ...rest) => {
      const text = written[name]
      if (text !== undefined) return ts.createSourceFile(name, text, target)
      const file = parsed.get(name) ?? getSourceFile(name, target, ...rest)
      parsed.set(name, file)
      return file
    }
    const program = ts.createProgram([declared, ...files, ...Object.keys(written)], options, host)
    return ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
      const text = ts.flattenDiagnosticMessageText(messageText, ' ')
      return `${file?.fileName.split('/').at(-1) ?? ''}:${file?.getLineAndCharacterOfPosition(start).line ?? 0}: ${text}`
    })
  }

  test('every starter fits them', () => {
    expect(problems([...starters.keys()].map((name) => join(startersFolder, `${name}.ts`)))).toEqual([])
  })

  test('every example in them is right', () => {
    const text = readFileSync(declared, 'utf8')
    const examples = Array.from(text.matchAll(/@example\n((?:\s+\* .*\n)+)/g), ([, lines = '']) =>
      lines.replace(/^\s+\* /gm, ''),
    )
    expect(examples.length).toBeGreaterThanOrEqual(16)
    const names = Array.from(text.matchAll(/export (?:function|const) (\w+)/g), ([, name]) => name)
    const all = [...new Set(names)].join(', ')
    const written = examples.map((example, index) => {
      const head = `import { ${all} } from 'spillway'\nvoid [${all}]\n`
      return [
        `/examples/${index}.ts`,
        `${head}export default async function* (chunks: Chunks, flow: Flow) {\nvoid flow\n${example}}\n`,
      ]
    })
    expect(problems([], Object.fromEntries(written) as Record<string, string>)).toEqual([])
  }, 30_000)

  test('mistakes are seen', () => {
    const mistakes = `import { take, replace, sse } from 'spillway'
      export const one = take(5, 1)
      export const two = replace(['a'], 'a', 5)
      export const three = sse({ dta: 'x' })
      export const four: Modifier = (chunks, flow) => { flow.request.url = ''; return chunks }
      export const five = [document, process, console]`
    expect(problems([], { '/mistakes.ts': mistakes })).toHaveLength(7)
  })

  test('they say of the library what it is', () => {
    const check = `import { createLibrary, type LibraryHost } from '${join(import.meta.dirname, 'index.ts')}'
      export function check(host: LibraryHost): typeof import('spillway') { return createLibrary(host) }`
    expect(problems([], { '/check.ts': check })).toEqual([])
    const names = Array.from(
      readFileSync(declared, 'utf8').matchAll(/export (?:function|const) (\w+)/g),
      ([, name]) => name,
    )
    expect([...new Set(names)].sort()).toEqual(Object.keys(testLibrary()).sort())
  }, 30_000)
})
