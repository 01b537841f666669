/**
 * The bytes that recorded bodies of ended flows take on disk, together, whoever keeps them there. Beyond the limit the
 * oldest are given up: a proxy that runs for weeks must not fill a disk with what nobody will look at any more.
 */
import { formatSize } from '../model/size.ts'

/** Keeps bodies on disk, and takes and gives back their bytes. */
export type DiskUser = {
  /** The sequence number of the newest flow in what giveUpOldest() would give up; Infinity: nothing is on disk. */
  oldest(): number
  /** Must give bytes back when there is something on disk. */
  giveUpOldest(reason: string): void
}

export class DiskBudget {
  /** Bytes of bodies on disk. Files on their way to removal do not count, nor what a cut-off file has beyond its body. */
  used = 0
  readonly #limit: number
  readonly #users: DiskUser[] = []

  constructor(limit: number) {
    this.#limit = limit
  }

  join(user: DiskUser): void {
    this.#users.push(user)
  }

  /** For bytes that are on disk already; the user must be ready to give them up before this returns. */
  take(bytes: number): void {
    this.used += bytes
    if (this.used > this.#limit) this.#makeRoom()
  }

  giveBack(bytes: number): void {
    this.used -= bytes
  }

  #makeRoom(): void {
    const reason = `bodies on disk exceeded ${formatSize(this.#limit)}, and the oldest went first`
    while (this.used > this.#limit) {
      let [next, oldest]: [DiskUser | undefined, number] = [undefined, Infinity]
      for (const user of this.#users) {
        const age = user.oldest()
        if (age < oldest) [next, oldest] = [user, age]
      }
      if (next === undefined) return
      next.giveUpOldest(reason)
    }
  }
}
