import { Script } from 'node:vm'
import ts from 'typescript'
import type { ModifierMatch } from '../../model/modifier.ts'
import { literalMatch } from './literal-match.ts'
import { applyEdits, commentEdits, literalEdits, type Edit } from './literals.ts'
import { PositionMap, readMappings } from './position-map.ts'
import { exportPlace, refusals } from './refusals.ts'

/** Lines and columns count from 1, in the user's file. */
export type Fault = { message: string; line: number | undefined; column: number | undefined }

export type Transpiled =
  | {
      ok: true
      /** CommonJS, in which lines are those of the position map. */
      code: string
      /** Entries of a PositionMap. */
      positions: Int32Array<ArrayBuffer>
      /** Where the file exports its function. */
      exportedAt: { line: number; column: number }
      /** What it will export as `match`; undefined: that is known only when it is run. */
      match: ModifierMatch | undefined
    }
  | { ok: false; faults: Fault[] }

const mostFaults = 20

/** TypeScript or JavaScript to what the sandbox can evaluate. Nothing of it is run. */
export function transpile(source: string): Transpiled {
  const file = ts.createSourceFile('modifier.ts', source, ts.ScriptTarget.ES2024, true, ts.ScriptKind.TS)
  const placed = (message: string, at: number | undefined): Fault => ({ message, ...place(file, at) })
  const { outputText, sourceMapText, diagnostics } = ts.transpileModule(source, {
    fileName: file.fileName,
    reportDiagnostics: true,
    compilerOptions: {
      target: ts.ScriptTarget.ES2024,
      module: ts.ModuleKind.CommonJS,
      sourceMap: true,
      removeComments: true,
      newLine: ts.NewLineKind.LineFeed,
    },
  })
  const faults = (diagnostics ?? []).map(({ messageText, start }) =>
    placed(ts.flattenDiagnosticMessageText(messageText, ' '), start),
  )
  if (faults.length === 0) faults.push(...refusals(file).map(({ message, at }) => placed(message, at)))
  if (faults.length > 0) return { ok: false, faults: faults.slice(0, mostFaults) }

  const { mappings } = JSON.parse(sourceMapText ?? '{}') as { mappings?: string }
  const emitted = outputText.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n')
  const bare = applyEdits(emitted, commentEdits(emitted)) // blanks have the length of what they replace
  const edits = literalEdits(bare)
  const code = applyEdits(bare, edits)
  const positions = shift(readMappings(mappings ?? ''), bare, edits)
  const fault = syntaxFault(code, positions) ?? refusedText(code, positions)
  if (fault) return { ok: false, faults: [fault] }
  return { ok: true, code, positions, exportedAt: place(file, exportPlace(file)), match: literalMatch(file) }
}

function place(file: ts.SourceFile, at: number): { line: number; column: number }
function place(file: ts.SourceFile, at: number | undefined): Omit<Fault, 'message'>
function place(file: ts.SourceFile, at: number | undefined): Omit<Fault, 'message'> {
  if (at === undefined) return { line: undefined, column: undefined }
  const { line, character } = file.getLineAndCharacterOfPosition(Math.min(at, file.end))
  return { line: line + 1, column: character + 1 }
}

/** Columns behind an edit move with it. */
function shift(entries: Int32Array<ArrayBuffer>, code: string, edits: readonly Edit[]): Int32Array<ArrayBuffer> {
  if (edits.length === 0) return entries
  const starts = [0]
  for (let at = code.indexOf('\n'); at !== -1; at = code.indexOf('\n', at + 1)) starts.push(at + 1)
  let next = 0
  let line = -1
  let moved = 0
  for (let at = 0; at < entries.length; at += 4) {
    if (entries[at] !== line) moved = 0
    line = entries[at] ?? 0
    const start = starts[line] ?? code.length
    const offset = start + (entries[at + 1] ?? 0)
    for (let edit = edits[next]; edit && edit.to <= offset; edit = edits[++next]) {
      // Of an edit over several lines, what stands behind its last line end is on this line.
      const [oldTail, newTail] = [code.slice(Math.max(edit.from, start), edit.to), edit.text.split('\n').at(-1) ?? '']
      if (edit.to >= start) moved += newTail.length - oldTail.length
    }
    entries[at + 1] = (entries[at + 1] ?? 0) + moved
  }
  return entries
}

/** Errors that only the engine's parser finds, e.g. a name that is declared twice. Compiled, not run. */
function syntaxFault(code: string, positions: Int32Array<ArrayBuffer>): Fault | undefined {
  try {
    new Script(`(function (exports, require, module) {'use strict';\n${code}\n})`, { filename: 'modifier' })
    return undefined
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const [, line] = /^modifier:(\d+)/.exec(error.stack ?? '') ?? []
    const column = (/\n( *)\^/.exec(error.stack ?? '')?.[1]?.length ?? 0) + 1
    return located(error.message, positions, line === undefined ? undefined : Number(line) - 1, column)
  }
}

/** What the sandbox would refuse in code: a method that is called import, for one. */
function refusedText(code: string, positions: Int32Array<ArrayBuffer>): Fault | undefined {
  const found = /<!--|-->|(?:^|[^.]|\.\.\.)\bimport\s*(?:\(|\/[/*])/.exec(code)
  if (!found) return undefined
  const before = code.slice(0, found.index + 1).split('\n')
  const message = `the sandbox does not take ${JSON.stringify(found[0].trim())} in code`
  return located(message, positions, before.length, before.at(-1)?.length ?? 1)
}

function located(message: string, entries: Int32Array, line: number | undefined, column: number): Fault {
  const found = line === undefined ? undefined : new PositionMap(entries).find(line, column)
  return { message, line: found?.line, column: found?.column }
}
