/** The starter modifiers as they ship: read, compiled as the engine compiles, and run. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import type { Source } from '../source.ts'

export const startersFolder = join(import.meta.dirname, '../../../../assets/modifiers')

export type Flow = {
  id: number
  client: { address: string }
  request: { method: string; url: string; httpVersion: string; headers: [string, string][] }
  response: { status: number; httpVersion: string; headers: [string, string][] }
}

export type StarterExports = {
  match?: Record<string, string>
  responseHead?: (head: unknown, flow: Flow) => unknown
  default?: (chunks: Source, flow: Flow) => AsyncIterable<Uint8Array | string>
}

export const aFlow: Flow = {
  id: 7,
  client: { address: '127.0.0.1' },
  request: { method: 'GET', url: 'http://a.example/', httpVersion: '1.1', headers: [] },
  response: { status: 200, httpVersion: '1.1', headers: [['Content-Type', 'text/event-stream']] },
}

/** Sources by name, without the ending. */
export function readStarters(): Map<string, string> {
  const names = readdirSync(startersFolder).filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
  return new Map(names.map((name) => [name.slice(0, -3), readFileSync(join(startersFolder, name), 'utf8')]))
}

export function compileStarter(source: string): string {
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2024 }
  return ts.transpileModule(source, { compilerOptions, reportDiagnostics: true }).outputText
}

export function loadStarter(source: string, library: object): StarterExports {
  const exports: StarterExports = {}
  const require = (name: string): object => {
    if (name !== 'spillway') throw new Error(`there is no "${name}"`)
    return library
  }
  // oxlint-disable-next-line typescript/no-implied-eval, typescript/no-unsafe-call -- this is how it runs
  new Function('exports', 'require', compileStarter(source))(exports, require)
  return exports
}
