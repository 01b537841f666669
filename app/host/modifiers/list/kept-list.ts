/** The list of modifiers where it is kept: in the settings, together with what else gives or holds files. */
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path'
import type { ModifierEntry } from '../../../../main/model/modifier.ts'
import { CallError } from '../../../contract/wire.ts'
import type { LiveSettings } from '../../settings/live-settings.ts'
import type { ModifierFiles } from '../files/modifier-files.ts'
import { listOf, type Listed } from './entries.ts'

export class KeptList {
  readonly #settings: Pick<LiveSettings, 'set' | 'state'>
  readonly #files: Pick<ModifierFiles, 'all'>
  readonly #apply: () => void

  /** `apply`: makes the engine take the settings. */
  constructor(settings: Pick<LiveSettings, 'set' | 'state'>, files: Pick<ModifierFiles, 'all'>, apply: () => void) {
    this.#settings = settings
    this.#files = files
    this.#apply = apply
  }

  async all(): Promise<Listed[]> {
    const { modifier = [], modifiers = [] } = this.#settings.state.values
    return listOf(
      modifier.map((file) => resolve(file)),
      modifiers,
      await this.#files.all(),
    )
  }

  /** Rejects with CallError (GONE) for what is not in the list. */
  async find(id: string): Promise<Listed> {
    const found = (await this.all()).find(({ entry }) => entry.file === id)
    if (!found) throw new CallError({ code: 'GONE', message: 'This modifier is not in the list any more.' })
    return found
  }

  /** All that are not fixed, in their order. `undo`: when the settings cannot be written, takes back what was done. */
  async keep(entries: readonly ModifierEntry[], undo: () => Promise<unknown> = nothing): Promise<void> {
    const folder = dirname(this.#settings.state.file)
    const written = entries.map((entry) => ({ ...entry, file: shownPath(folder, entry.file) }))
    try {
      await this.#settings.set({ modifiers: written.length > 0 ? written : null })
    } catch (error) {
      await undo().catch(nothing)
      throw error
    }
    this.#apply()
  }
}

const nothing = (): Promise<void> => Promise.resolve()

/** Relative within the settings' folder, so that the folder can be copied; with slashes on every system. */
function shownPath(folder: string, file: string): string {
  const path = relative(folder, file)
  return path.startsWith('..') || isAbsolute(path) ? file : path.replaceAll(sep, '/')
}
