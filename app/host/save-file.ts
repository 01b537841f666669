/** Files the user asked for, at the place they chose. */
import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { CallError } from '../contract/wire.ts'
import { fileReason } from './settings/file-reason.ts'

/** Lets the user choose a place for a file of this name, or without one a file that is there; undefined: they thought better of it. */
export type Choose = (name: string | undefined) => Promise<string | undefined>

/** Rejects with CallError (NOT_HERE) when this host cannot ask. */
export async function chooseFile(choose: Choose | undefined): Promise<{ path?: string }> {
  if (!choose) throw new CallError({ code: 'NOT_HERE', message: 'This window cannot see the files of its host.' })
  const path = await choose(undefined)
  return path === undefined ? {} : { path }
}

/**
 * The file is there whole, or what was there before is. `name` is a suggestion from the window; its folders are dropped.
 * Rejects with CallError: NOT_HERE when this host cannot ask, FAILED when the disk refuses, or what `pages` throws.
 */
export async function saveFile(
  choose: Choose | undefined,
  name: string,
  pages: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  signal: AbortSignal,
): Promise<{ path?: string }> {
  if (!choose) throw new CallError({ code: 'NOT_HERE', message: 'This window saves files itself.' })
  const path = await choose(safeName(name))
  if (path === undefined) return {}
  signal.throwIfAborted()
  const temporary = `${path}.${randomBytes(4).toString('hex')}.part`
  try {
    await writePages(temporary, pages)
    await onDisk(path, rename(temporary, path))
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw error
  }
  return { path }
}

async function writePages(path: string, pages: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
  const handle = await onDisk(path, open(path, 'wx'))
  try {
    for await (const page of pages) await onDisk(path, handle.writeFile(page))
  } finally {
    await handle.close()
  }
}

async function onDisk<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    const message = `The file was not saved: ${path} cannot be written (${fileReason(error)}).`
    throw new CallError({ code: 'FAILED', message }, { cause: error })
  }
}

/** What comes from a URL may hold anything. */
function safeName(name: string): string {
  const last = basename(name.replaceAll('\\', '/')).replace(/[\x00-\x1f\x7f<>:"|?*/]/g, '_')
  const shown = last.replace(/^[. ]+|[. ]+$/g, '').slice(0, 200)
  return shown === '' ? 'body' : shown
}
