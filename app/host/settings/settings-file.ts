/**
 * The settings a window changes, in a file with the keys of the config file. Promises: the file is whole or the one
 * before, whatever happens meanwhile; readable by its owner alone; one that is damaged is kept aside, and what was right
 * in it holds on.
 */
import { readFile, rename } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import type { Values } from '../../contract/options.ts'
import { isMissing, writeWholeFile } from '../whole-file.ts'
import { readValues } from './complaint.ts'
import { fileReason } from './file-reason.ts'
import { parseJson } from './json-position.ts'

/** As it is written: keys with sizes as the user wrote them, and perhaps `$schema`. */
export type Written = Readonly<Record<string, unknown>>

export type ReadSettings = {
  /** There was a file, and what it says is known. */
  found: boolean
  written: Written
  values: Values
  /** What was wrong with the file, and where it is now. */
  problem: string | undefined
}

/**
 * Never rejects: a program without its settings file starts with the defaults and says so. `holds`: what counts, in
 * words, when the file does not; absent: what is right in it.
 */
export async function readSettingsFile(file: string, holds?: string): Promise<ReadSettings> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    // Who has something that holds writes the file anew.
    if (isMissing(error) || holds !== undefined) return { found: false, written: {}, values: {}, problem: undefined }
    const problem = `The settings file ${file} cannot be read (${fileReason(error)}), so the defaults hold.`
    return { found: false, written: {}, values: {}, problem: `${problem} Changing a setting writes it anew.` }
  }
  const parsed = parseJson(text.replace(/^\uFEFF/, ''))
  if (!parsed.ok) {
    const { line, column, what } = parsed.fault
    return damaged(file, holds, {}, `it is not JSON at line ${line}, column ${column}: ${what}`)
  }
  const read = await readValues(parsed.value, dirname(file))
  if (read.ok) return { found: true, written: parsed.value as Written, values: read.values, problem: undefined }
  const { place, message } = read.complaint
  const right = await rightParts(parsed.value, dirname(file))
  return damaged(file, holds, right, place === '' ? message : `${place}: ${message}`)
}

/** The keys that are right on their own; other machines are let in only by the password that was to be asked for. */
async function rightParts(value: unknown, folder: string): Promise<Written> {
  const right: Record<string, unknown> = {}
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return right
  for (const [key, one] of Object.entries(value as Written)) {
    if ((await readValues({ [key]: one }, folder)).ok) right[key] = one
  }
  if ('proxyAuth' in value && !('proxyAuth' in right)) delete right['allowLan']
  return right
}

async function damaged(file: string, holds: string | undefined, written: Written, what: string): Promise<ReadSettings> {
  const read = await readValues(written, dirname(file))
  const values = read.ok ? read.values : {}
  const rest = holds ?? (Object.keys(written).length > 0 ? 'its other settings hold on' : 'the defaults hold')
  const ending = extname(file)
  const aside = join(
    dirname(file),
    `${basename(file, ending)}.damaged-${new Date().toISOString().replaceAll(':', '-')}${ending}`,
  )
  try {
    await rename(file, aside)
    await writeSettingsFile(file, written)
  } catch (error) {
    const problem = `The settings file ${file} is damaged: ${what}. It could not be put aside (${fileReason(error)}); ${rest}.`
    return { found: false, written, values, problem }
  }
  return {
    found: false,
    written,
    values,
    problem: `The settings file was damaged: ${what}. It was kept as ${aside}; ${rest}.`,
  }
}

/** Rejects when the disk refuses; the file is then what it was. */
export function writeSettingsFile(file: string, written: Written): Promise<void> {
  return writeWholeFile(file, `${JSON.stringify(written, null, 2)}\n`)
}
