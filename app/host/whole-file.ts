/** Files that are whole or what they were before, whatever happens while they are written. */
import { randomBytes } from 'node:crypto'
import { mkdir, open, realpath, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Replaces the file, or makes it, with its folder. `mode`: who may read it. Rejects when the disk refuses; the file is
 * then what it was.
 */
export async function writeWholeFile(file: string, text: string, mode = 0o600): Promise<void> {
  // A link to a file kept elsewhere stays a link.
  const target = await realpath(file).catch(() => file)
  await mkdir(dirname(target), { recursive: true, mode: 0o700 })
  const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`
  try {
    await writeNewFile(temporary, text, mode)
    await rename(temporary, target)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw error
  }
}

/** On the disk when it resolves. Rejects with EEXIST when there is one, and leaves it alone. */
export async function writeNewFile(file: string, text: string, mode = 0o600): Promise<void> {
  const handle = await open(file, 'wx', mode)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

export const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT'

export const isTaken = (error: unknown): boolean => codeOf(error) === 'EEXIST'

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined)
