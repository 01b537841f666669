/** The secret that opens the window: new at each start, and worth nothing after it. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { chmod, rename, rm, writeFile } from 'node:fs/promises'

/** 128 random bits, base64url. */
export const newToken = (): string => randomBytes(16).toString('base64url')

/** Takes the same time wherever the two differ, and however long the given one is. */
export function sameToken(token: string, given: unknown): boolean {
  return typeof given === 'string' && timingSafeEqual(hash(token), hash(given))
}

const hash = (text: string): Buffer => createHash('sha256').update(text).digest()

/**
 * For scripts: they find all of the token or no file, and only the user's own can read it, whatever was there before.
 * Rejects with the error of the file system.
 */
export async function writeTokenFile(file: string, token: string): Promise<void> {
  const unfinished = `${file}.${randomBytes(4).toString('hex')}`
  try {
    await writeFile(unfinished, `${token}\n`, { mode: 0o600, flag: 'wx' })
    await chmod(unfinished, 0o600) // a umask can have taken the owner's own rights
    await rename(unfinished, file)
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  }
}
