import type { LaunchSandbox } from '../modifier.ts'
import type { SandboxLimits } from '../sandbox/start.ts'
import { SandboxRun, type RunOwner } from './sandbox-run.ts'

const lookMs = 500

/** Who has a sandbox process, or wants one. */
export type Tenant = {
  /** Nothing runs in it, so that it may be ended for another one. */
  readonly idle: boolean
  /** When it was last used, on the clock of `performance.now`. */
  readonly usedAt: number
  /** Its process is ended in favour of another one, which it has to see to itself. */
  evict(): void
}

/** All sandbox processes of an engine: so many at most, and each of them watched. */
export class SandboxHost {
  readonly #launch: LaunchSandbox
  /** So many processes at once. */
  readonly most: number
  readonly #runs = new Map<Tenant, SandboxRun>()
  /** Who would like to start a process and could not. */
  readonly #waiting = new Set<() => void>()
  /** Of processes that are over, until nothing of them is left. */
  readonly #leaving = new Set<Promise<void>>()
  closed = false
  #timer: NodeJS.Timeout | undefined
  limits: SandboxLimits

  constructor(launch: LaunchSandbox, limits: SandboxLimits, most = 8) {
    this.#launch = launch
    this.limits = limits
    this.most = most
  }

  /**
   * A process for `tenant`, which has none. Where there are too many, that of the least recently used idle tenant is
   * ended; undefined where none is idle.
   */
  start(tenant: Tenant, owner: RunOwner): SandboxRun | undefined {
    if (this.closed) return undefined
    if (this.#runs.size >= this.most) {
      const [first] = [...this.#runs.keys()].filter(({ idle }) => idle).sort((a, b) => a.usedAt - b.usedAt)
      if (!first) return undefined
      first.evict()
    }
    const run = new SandboxRun(this.#launch, this.limits, {
      ...owner,
      onOver: (fault) => {
        if (this.#runs.get(tenant) === run) this.#runs.delete(tenant)
        const leaving = run.gone().finally(() => this.#leaving.delete(leaving))
        this.#leaving.add(leaving)
        owner.onOver(fault)
        this.rested()
      },
    })
    this.#runs.set(tenant, run)
    this.#timer ??= setInterval(this.#look, lookMs).unref()
    return run
  }

  /** Whether `start` would give one. */
  get hasRoom(): boolean {
    if (this.closed) return true // for `start` to say no
    return this.#runs.size < this.most || [...this.#runs.keys()].some(({ idle }) => idle)
  }

  /** Resolves when there may be room, but not later than in so many milliseconds. */
  async room(patienceMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>()
    const end = (): void => resolve(undefined)
    const late = setTimeout(end, patienceMs)
    this.#waiting.add(end)
    await promise
    clearTimeout(late)
    this.#waiting.delete(end)
  }

  /** A tenant is idle now, or has no process any more. */
  rested(): void {
    for (const resolve of this.#waiting) resolve()
  }

  /** Ends all processes, with whatever runs in them, and starts no more. Resolves when nothing of them is left. */
  async close(): Promise<void> {
    this.closed = true
    for (const run of [...this.#runs.values()]) run.end()
    this.rested()
    await Promise.all(this.#leaving)
  }

  limit(limits: SandboxLimits): void {
    this.limits = limits
    for (const run of this.#runs.values()) run.limit(limits)
  }

  readonly #look = (): void => {
    for (const run of [...this.#runs.values()]) run.look()
    if (this.#runs.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
