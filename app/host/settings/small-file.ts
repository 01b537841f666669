import { readFile, stat } from 'node:fs/promises'
import type { Parsed } from '../../../main/model/size.ts'
import { fileReason } from './file-reason.ts'

const largest = 16 * 1024 * 1024

/** A file that a setting names, whole. `what`: it should be, for the complaint. Never rejects. */
export async function readSmallFile(file: string, what: string): Promise<Parsed<Buffer>> {
  try {
    const facts = await stat(file)
    // A device may have no end. A pipe, as shells make of <(…), has one.
    if (facts.isCharacterDevice() || facts.isBlockDevice()) return { ok: false, message: `${file} is not a file` }
    if (facts.size > largest) return { ok: false, message: `${file} is too large to be ${what}` }
    return { ok: true, value: await readFile(file) }
  } catch (error) {
    return { ok: false, message: `cannot read ${file}: ${fileReason(error)}` }
  }
}
