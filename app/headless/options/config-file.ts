/**
 * The JSON config file. Complaints are one sentence with the file, the place in it and the value. Relative paths in
 * it are relative to its folder. The schema library is loaded only when there is a file: without one, the program
 * must be listening within 150 ms.
 */
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { BaseIssue } from 'valibot'
import { optionsIn, type OptionKey, type Values } from '../../contract/options.ts'
import type { Given } from './given.ts'
import { parseJson } from './json-position.ts'
import { suggestion, UsageError } from './usage-error.ts'

/** `asked`: what named the file, for the complaint that it cannot be read. Throws UsageError. */
export async function readConfigFile(file: string, asked: string): Promise<Given> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(asked, `cannot read ${file}: ${reasonOf(error)}`)
  })
  const parsed = parseJson(text.replace(/^\uFEFF/, ''))
  if (!parsed.ok) {
    const { line, column, what } = parsed.fault
    throw new UsageError(file, `not JSON at line ${line}, column ${column}: ${what}`)
  }
  const values = resolved(await validated(parsed.value, file), dirname(file))
  // The file's schema knows no other keys.
  const keys = Object.keys(values) as OptionKey[]
  return { values, from: Object.fromEntries(keys.map((key) => [key, `${file}: ${key}`])) }
}

async function validated(value: unknown, file: string): Promise<Values> {
  const { checkSettings, knownKeys } = await import('../../contract/settings.ts')
  // To the schema a list is an object too.
  if (Array.isArray(value)) throw new UsageError(file, 'a list is not an object of options')
  const result = checkSettings(value)
  if (!result.success) throw complaint(result.issues[0], file, knownKeys)
  delete result.output.$schema // for editors; not an option
  return result.output
}

function complaint(issue: BaseIssue<unknown>, file: string, knownKeys: (path: unknown[]) => string[]): UsageError {
  const path = (issue.path ?? []).map(({ key }) => key)
  const place = [file, ...(path.length > 0 ? [written(path)] : [])].join(': ')
  if (issue.kind !== 'schema') return new UsageError(place, issue.message)
  if (issue.expected === 'never') {
    return new UsageError(place, `not an option${suggestion(String(path.at(-1)), knownKeys(path))}`)
  }
  if (issue.received === 'undefined') return new UsageError(place, 'is missing')
  return new UsageError(place, `${JSON.stringify(issue.input)} is not ${inWords(issue.expected ?? '')}`)
}

/** rules, 0, status → "rules[0].status" */
const written = (path: unknown[]): string =>
  path.map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index > 0 ? '.' : ''}${String(key)}`)).join('')

const words: Record<string, string> = {
  boolean: 'true or false',
  string: 'text',
  number: 'a number',
  Array: 'a list',
  Object: 'an object',
}

/** `(string | number)` → "text or a number" */
const inWords = (expected: string): string =>
  expected
    .replace(/[()]/g, '')
    .split(' | ')
    .map((type) => words[type] ?? type)
    .join(' or ')

function resolved(values: Values, folder: string): Values {
  const all: Record<string, unknown> = { ...values }
  for (const [key, { kind }] of optionsIn('file')) {
    const value = all[key]
    if (kind === 'path' && typeof value === 'string') all[key] = resolve(folder, value)
    if (kind === 'paths' && Array.isArray(value)) all[key] = value.map((path) => resolve(folder, String(path)))
  }
  return all // the same keys and types: only texts of paths have changed
}

/** "no such file or directory" of "ENOENT: no such file or directory, open 'x'". */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return /^[A-Z]+: ([^,]+),/.exec(message)?.[1] ?? message
}
