/** Files that come, change and go in a folder, while somebody watches. Where a system cannot tell, nobody is told. */
import { watch, type FSWatcher } from 'node:fs'

export class FolderWatch {
  readonly #folder: string
  readonly #onChange: () => void
  #watcher: FSWatcher | undefined

  constructor(folder: string, onChange: () => void) {
    this.#folder = folder
    this.#onChange = onChange
  }

  /** The folder must be there; called again, it begins again if it has ended, as when the folder was taken away. */
  start(): void {
    if (this.#watcher) return
    try {
      const watcher = watch(this.#folder, { persistent: false }, () => this.#onChange())
      watcher.on('error', () => this.stop())
      this.#watcher = watcher
    } catch {
      // The list is as fresh as the last question.
    }
  }

  stop(): void {
    this.#watcher?.close()
    this.#watcher = undefined
  }
}
