/**
 * The bytes that recorded bodies take on disk, together, whoever keeps them there. Beyond the limit the oldest of ended
 * flows are given up: a proxy that runs for weeks must not fill a disk with what nobody will look at any more. Where
 * there are none, whoever has most of those that still run gives up a part of his.
 */
import { formatSize } from '../model/size.ts'

/** Keeps bodies of ended flows on disk, and takes and gives back their bytes. */
export type DiskUser = {
  /** The sequence number of the newest flow in what giveUpOldest() would give up; Infinity: nothing is on disk. */
  oldest(): number
  /** Must give bytes back when there is something on disk. */
  giveUpOldest(reason: string): void
}

/** Keeps the body of a flow that still runs. */
export type RunningDiskUser = {
  /** Bytes taken and not given back. */
  readonly onDisk: number
  /** Bytes in memory that are to go to the disk. */
  readonly backlog: number
  /** Must give bytes back when there are any. */
  giveUpPart(reason: string): void
}

export class DiskBudget {
  /** Bytes of bodies on disk. Files on their way to removal do not count, nor what a cut-off file has beyond its body. */
  used = 0
  readonly limit: number
  readonly #users: DiskUser[] = []
  readonly #running = new Set<RunningDiskUser>()

  constructor(limit: number) {
    this.limit = limit
  }

  join(user: DiskUser): void {
    this.#users.push(user)
  }

  joinRunning(user: RunningDiskUser): void {
    this.#running.add(user)
  }

  /** It must have given back all its bytes, or somebody else takes them. */
  leaveRunning(user: RunningDiskUser): void {
    this.#running.delete(user)
  }

  /** For bytes that are on disk already; the user must be ready to give them up before this returns. */
  take(bytes: number): void {
    this.used += bytes
    if (this.used > this.limit) this.#makeRoom()
  }

  giveBack(bytes: number): void {
    this.used -= bytes
  }

  /** What all that run have in memory for the disk. */
  get backlog(): number {
    let backlog = 0
    for (const user of this.#running) backlog += user.backlog
    return backlog
  }

  #makeRoom(): void {
    const reason = `bodies on disk exceeded ${formatSize(this.limit)}, and the oldest went first`
    while (this.used > this.limit) {
      let [next, oldest]: [DiskUser | undefined, number] = [undefined, Infinity]
      for (const user of this.#users) {
        const age = user.oldest()
        if (age < oldest) [next, oldest] = [user, age]
      }
      if (next !== undefined) next.giveUpOldest(reason)
      else if (!this.#giveUpRunning(reason)) return
    }
  }

  #giveUpRunning(reason: string): boolean {
    let [next, most]: [RunningDiskUser | undefined, number] = [undefined, 0]
    for (const user of this.#running) if (user.onDisk > most) [next, most] = [user, user.onDisk]
    next?.giveUpPart(reason)
    return next !== undefined
  }
}
