/** Unsaved texts survive a reload of the window: they are kept with its tab, and go with it. */

/** `on`: the print of the text on disk that it began with (print.ts); undefined: nobody knows, so its user is asked. */
export type Draft = { text: string; on: string | undefined }

const place = 'spillway.modifier-drafts'
/** Together; a browser gives a page some megabytes. */
const most = 1024 * 1024
/** Typing goes on for a while. */
const pauseMs = 300

export class Drafts {
  readonly #storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  readonly #texts: Map<string, Draft>
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>) {
    this.#storage = storage
    this.#texts = new Map(read(storage))
  }

  of(id: string): Draft | undefined {
    return this.#texts.get(id)
  }

  /** Those that are not saved, also before their files are open. */
  get ids(): string[] {
    return [...this.#texts.keys()]
  }

  /** Undefined: there is nothing to keep. */
  note(id: string, draft: Draft | undefined): void {
    const before = this.#texts.get(id)
    if (before?.text === draft?.text && before?.on === draft?.on) return
    if (draft === undefined) this.#texts.delete(id)
    else this.#texts.set(id, draft)
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.keep(), pauseMs)
  }

  /** At once, e.g. when the page goes. */
  keep(): void {
    clearTimeout(this.#timer)
    try {
      const text = JSON.stringify([...this.#texts].map(([id, draft]) => [id, draft.text, draft.on ?? null]))
      if (this.#texts.size === 0 || text.length > most) this.#storage.removeItem(place)
      else this.#storage.setItem(place, text)
    } catch {
      // A full or forbidden storage only means that a reload loses them.
    }
  }
}

function read(storage: Pick<Storage, 'getItem'>): [string, Draft][] {
  try {
    const value: unknown = JSON.parse(storage.getItem(place) ?? '[]')
    return Array.isArray(value)
      ? value.filter(isEntry).map(([id, text, on]) => [id, { text, on: on ?? undefined }])
      : []
  } catch {
    return []
  }
}

const isEntry = (value: unknown): value is [id: string, text: string, on: string | null] =>
  Array.isArray(value) &&
  value.length === 3 &&
  value.slice(0, 2).every((part) => typeof part === 'string') &&
  (value[2] === null || typeof value[2] === 'string')
