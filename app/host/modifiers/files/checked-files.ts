/**
 * What files say that the engine has not run, because they are off, or not yet: what is wrong with them and what they
 * match, as far as their text tells it. Looked at once for each change of a file, and only when somebody asks.
 */
import type { Engine } from '../../../../main/index.ts'
import type { ModifierFailure, ModifierMatch } from '../../../../main/model/modifier.ts'

/** Undefined match: nobody knows it before it is run. */
export type Declared = { problem: ModifierFailure | undefined; match: ModifierMatch | undefined }

type Kept = { changedAt: number; declared: Declared | undefined }

export class CheckedFiles {
  readonly #check: Engine['modifiers']['check']
  readonly #read: (file: string) => Promise<string>
  readonly #onNews: () => void
  readonly #kept = new Map<string, Kept>()

  constructor(check: Engine['modifiers']['check'], read: (file: string) => Promise<string>, onNews: () => void) {
    this.#check = check
    this.#read = read
    this.#onNews = onNews
  }

  /** Undefined: it is being looked at, and news follow. */
  of(file: string, changedAt: number): Declared | undefined {
    const kept = this.#kept.get(file)
    if (kept?.changedAt === changedAt) return kept.declared
    // What it said before is nearer to the truth than nothing.
    const fresh: Kept = { changedAt, declared: kept?.declared }
    this.#kept.set(file, fresh)
    void this.#look(file, fresh)
    return fresh.declared
  }

  /** Of what is about to be written. */
  async check(source: string, file: string): Promise<Declared> {
    const { failures, match } = await this.#check(source, file)
    return { problem: failures[0], match }
  }

  /** It was written, and this is known of it. */
  know(file: string, changedAt: number | undefined, declared: Declared): void {
    if (changedAt !== undefined) this.#kept.set(file, { changedAt, declared })
  }

  /** The others have gone. */
  keep(files: ReadonlySet<string>): void {
    for (const file of this.#kept.keys()) if (!files.has(file)) this.#kept.delete(file)
  }

  async #look(file: string, kept: Kept): Promise<void> {
    try {
      kept.declared = await this.check(await this.#read(file), file)
    } catch {
      // It cannot be read, which its user hears when it is opened or switched on.
      kept.declared = { problem: undefined, match: undefined }
    }
    if (this.#kept.get(file) === kept) this.#onNews()
  }
}
