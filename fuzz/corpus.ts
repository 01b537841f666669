/** The inputs that are checked in: where mutation begins, and all that was ever found. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folderOf = (target: string): string => join(import.meta.dirname, 'corpus', target)

export function readCorpus(target: string): Buffer[] {
  const folder = folderOf(target)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .sort()
    .map((file) => readFileSync(join(folder, file)))
}

/** Returns the file's path. */
export function keepFinding(target: string, input: Buffer): string {
  const folder = folderOf(target)
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `found-${createHash('sha256').update(input).digest('hex').slice(0, 12)}`)
  writeFileSync(file, input)
  return file
}
