/**
 * Modifiers as files: those in Spillway's own folder, which are made, renamed and removed here, and those elsewhere that
 * the user has named, which are only read and saved. Promises: a file is whole or what it was; nothing that is there is
 * overwritten by something new; whatever a path leads to, reading it ends.
 */
import { chmod, mkdir, readdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { mostSource } from '../../../contract/modifiers.ts'
import { CallError } from '../../../contract/wire.ts'
import { fileReason } from '../../settings/file-reason.ts'
import { isTaken, writeNewFile, writeWholeFile } from '../../whole-file.ts'
import { freeName, isModifierName, sameName } from './file-names.ts'

/** Files of the folder that are looked at; nobody can use so many. */
const mostFiles = 500
/** Of UTF-8, which needs three bytes for a letter at most. */
const mostBytes = 3 * mostSource

const fatal = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export class ModifierFiles {
  readonly folder: string

  constructor(folder: string) {
    this.folder = folder
  }

  /** It is in the folder by a name of ours. */
  keeps(file: string): boolean {
    return dirname(file) === this.folder && isModifierName(basename(file))
  }

  /** Makes the folder when it is not there. Rejects when the disk refuses. */
  async open(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 })
  }

  /** Paths of what is in the folder; empty when it cannot be read. */
  async all(): Promise<string[]> {
    const found = await readdir(this.folder, { withFileTypes: true }).catch(() => [])
    const names = found.filter((entry) => isModifierName(entry.name) && !entry.isDirectory()).map(({ name }) => name)
    return names
      .sort()
      .slice(0, mostFiles)
      .map((name) => join(this.folder, name))
  }

  /** Rejects with CallError (GONE): a sentence. */
  async read(file: string): Promise<string> {
    try {
      const facts = await stat(file)
      if (!facts.isFile()) throw new Error('it is not a file')
      if (facts.size > mostBytes) throw new Error('it is too large for a modifier')
      const text = fatal.decode(await readFile(file))
      if (text.length > mostSource) throw new Error('it is too large for a modifier')
      return text
    } catch (error) {
      const why = error instanceof TypeError ? 'it is not UTF-8 text' : fileReason(error)
      throw new CallError({ code: 'GONE', message: `${file} cannot be read: ${why}.` }, { cause: error })
    }
  }

  /** A new file in the folder; the path it got, as what is there keeps its name. */
  async add(name: string, source: string): Promise<string> {
    return this.#onDisk(`${name} was not made`, async () => {
      await this.open()
      for (;;) {
        const file = join(this.folder, freeName(name, await this.#names()))
        try {
          await writeNewFile(file, source)
          return file
        } catch (error) {
          // Somebody else has just made it, so the next look will see it.
          if (isTaken(error)) continue
          await rm(file, { force: true }).catch(() => undefined)
          throw error
        }
      }
    })
  }

  /** Who may read a file that is there stays as it is. */
  async save(file: string, source: string): Promise<void> {
    await this.#onDisk(`${basename(file)} was not saved`, async () => {
      const facts = await stat(file).catch(() => undefined)
      await writeWholeFile(file, source)
      if (facts !== undefined && (facts.mode & 0o777) !== 0o600) await chmod(await realpath(file), facts.mode & 0o777)
    })
  }

  /** Of a file in the folder; the new path. Rejects with CallError (FAILED), also when the name is taken. */
  async rename(file: string, name: string): Promise<string> {
    const target = join(this.folder, name)
    if (target === file) return file
    return this.#onDisk(`${basename(file)} was not renamed`, async () => {
      await stat(file)
      const taken = (await this.#names()).some((other) => sameName(other, name) && !sameName(other, basename(file)))
      if (taken) throw new Error(`there is a ${name} already`)
      if (!sameName(basename(file), name)) {
        // Renaming would replace what somebody else makes there meanwhile: this is in their way, and replaced.
        await writeFile(target, '', { flag: 'wx', mode: 0o600 }).catch((error: unknown) => {
          throw isTaken(error) ? new Error(`there is a ${name} already`, { cause: error }) : error
        })
      }
      await rename(file, target)
      return target
    })
  }

  /** Of a file in the folder; when it is gone already, it is done. */
  async remove(file: string): Promise<void> {
    await this.#onDisk(`${basename(file)} was not removed`, () => rm(file, { force: true }))
  }

  /** When it was last changed, Unix milliseconds; undefined: it is gone, or is no file. */
  async changedAt(file: string): Promise<number | undefined> {
    const facts = await stat(file).catch(() => undefined)
    return facts?.isFile() === true ? Math.floor(facts.mtimeMs) : undefined
  }

  /** Everything there, as a name may be taken by what is no modifier. */
  async #names(): Promise<string[]> {
    return readdir(this.folder)
  }

  async #onDisk<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw new CallError({ code: 'FAILED', message: `${what}: ${fileReason(error)}.` }, { cause: error })
    }
  }
}
