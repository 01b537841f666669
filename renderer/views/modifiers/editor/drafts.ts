/** Unsaved texts survive a reload of the window: they are kept with its tab, and go with it. */

const place = 'spillway.modifier-drafts'
/** Together; a browser gives a page some megabytes. */
const most = 1024 * 1024
/** Typing goes on for a while. */
const pauseMs = 300

export class Drafts {
  readonly #storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  readonly #texts: Map<string, string>
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>) {
    this.#storage = storage
    this.#texts = new Map(read(storage))
  }

  of(id: string): string | undefined {
    return this.#texts.get(id)
  }

  /** Those that are not saved, also before their files are open. */
  get ids(): string[] {
    return [...this.#texts.keys()]
  }

  /** Undefined: there is nothing to keep. */
  note(id: string, text: string | undefined): void {
    if (this.#texts.get(id) === text) return
    if (text === undefined) this.#texts.delete(id)
    else this.#texts.set(id, text)
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.keep(), pauseMs)
  }

  /** At once, e.g. when the page goes. */
  keep(): void {
    clearTimeout(this.#timer)
    try {
      const text = JSON.stringify([...this.#texts])
      if (this.#texts.size === 0 || text.length > most) this.#storage.removeItem(place)
      else this.#storage.setItem(place, text)
    } catch {
      // A full or forbidden storage only means that a reload loses them.
    }
  }
}

function read(storage: Pick<Storage, 'getItem'>): [string, string][] {
  try {
    const value: unknown = JSON.parse(storage.getItem(place) ?? '[]')
    return Array.isArray(value) ? value.filter(isEntry) : []
  } catch {
    return []
  }
}

const isEntry = (value: unknown): value is [string, string] =>
  Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string')
