/**
 * The config file's schema, and its complaints in words. One place for the command line's `--config`, the file the
 * settings panel writes, and the panel itself, so that a mistake is called the same everywhere.
 *
 * The schema library is loaded with the first check: a program without a config file must be listening at once.
 */
import { resolve } from 'node:path'
import type { BaseIssue } from 'valibot'
import { optionsIn, type Values } from '../../contract/options.ts'
import { suggestion } from '../../../main/model/suggestion.ts'

/** `key`: which setting; empty when the whole is not an object. `place`: where within all, e.g. "rules[0].status". */
export type Complaint = { key: string; place: string; message: string }

/** The first fault, or the values; paths in them are relative to `folder`. */
export async function readValues(
  written: unknown,
  folder: string,
): Promise<{ ok: true; values: Values } | { ok: false; complaint: Complaint }> {
  const { checkSettings, knownKeys } = await import('../../contract/settings.ts')
  // To the schema a list is an object too.
  if (Array.isArray(written)) {
    return { ok: false, complaint: { key: '', place: '', message: 'a list is not an object of options' } }
  }
  const result = checkSettings(written)
  if (!result.success) return { ok: false, complaint: complaintOf(result.issues[0], knownKeys) }
  delete result.output.$schema // for editors; not an option
  return { ok: true, values: resolved(result.output, folder) }
}

function complaintOf(issue: BaseIssue<unknown>, knownKeys: (path: unknown[]) => string[]): Complaint {
  const path = (issue.path ?? []).map(({ key }) => key)
  return {
    key: path.length > 0 ? String(path[0]) : '',
    place: placeOf(path),
    message: messageOf(issue, path, knownKeys),
  }
}

function messageOf(issue: BaseIssue<unknown>, path: unknown[], knownKeys: (path: unknown[]) => string[]): string {
  if (issue.kind !== 'schema') return issue.message
  if (issue.expected === 'never') return `not an option${suggestion(String(path.at(-1)), knownKeys(path))}`
  if (issue.received === 'undefined') return 'is missing'
  const isSecret = ['upstream', 'proxyAuth', 'clientCerts'].includes(String(path[0]))
  return `${isSecret ? 'what is written there' : shown(issue.input)} is not ${inWords(issue.expected ?? '')}`
}

/** Long values are cut: this goes into a sentence. */
function shown(value: unknown): string {
  let text: string
  try {
    text = JSON.stringify(value)
  } catch {
    // What can be parsed in any depth can be written in some only.
    return 'what is nested so deeply'
  }
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

/** rules, 0, status → "rules[0].status" */
const placeOf = (path: unknown[]): string =>
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
  if (values.modifiers) {
    all['modifiers'] = values.modifiers.map((entry) => ({ ...entry, file: resolve(folder, entry.file) }))
  }
  if (values.clientCerts) {
    all['clientCerts'] = values.clientCerts.map(({ cert, key, pfx, ...rest }) => ({
      ...rest,
      ...(cert && { cert: resolve(folder, cert) }),
      ...(key && { key: resolve(folder, key) }),
      ...(pfx && { pfx: resolve(folder, pfx) }),
    }))
  }
  return all // the same keys and types: only texts of paths have changed
}
