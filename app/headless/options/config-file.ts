/** The JSON config file. Complaints are one sentence with the file, the place in it and the value. */
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { OptionKey } from '../../contract/options.ts'
import { readValues } from '../../host/settings/complaint.ts'
import { fileReason } from '../../host/settings/file-reason.ts'
import { parseJson } from '../../host/settings/json-position.ts'
import type { Given } from './given.ts'
import { UsageError } from './usage-error.ts'

/** Relative paths in it are relative to its folder. `asked`: what named the file, for the complaint that it cannot be read. Throws UsageError. */
export async function readConfigFile(file: string, asked: string): Promise<Given> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(asked, `cannot read ${file}: ${fileReason(error)}`)
  })
  const parsed = parseJson(text.replace(/^\uFEFF/, ''))
  if (!parsed.ok) {
    const { line, column, what } = parsed.fault
    throw new UsageError(file, `not JSON at line ${line}, column ${column}: ${what}`)
  }
  const read = await readValues(parsed.value, dirname(file))
  if (!read.ok) {
    const { place, message } = read.complaint
    throw new UsageError(place === '' ? file : `${file}: ${place}`, message)
  }
  const { values } = read
  // The file's schema knows no other keys.
  const keys = Object.keys(values) as OptionKey[]
  return { values, from: Object.fromEntries(keys.map((key) => [key, `${file}: ${key}`])) }
}
