import type { ModifierEntry, ModifierFailure, ModifierMatch } from '../model/modifier.ts'
import type { ResponseFacts } from '../rules/index.ts'
import { Compiler } from './compile/compiler.ts'
import { DryRun, type DryRunOptions } from './dry-run.ts'
import { brokenBy, nameOf } from './failures.ts'
import { ModifierFile } from './modifier-file.ts'
import type { LaunchSandbox, LogEntry, Modifier, ModifierState } from './modifier.ts'
import { SandboxHost } from './processes/sandbox-host.ts'
import type { SandboxLimits } from './sandbox/start.ts'

export type ModifierSetOptions = {
  /** Undefined: this host starts no sandboxes, and every modifier that is on is broken. */
  launch: LaunchSandbox | undefined
  /** What people should know and did not ask for; a sentence. */
  notice(sentence: string): void
  /** A mistake of ours; a sentence. */
  bug(what: string): void
  /** Something of `states` may have changed; told often. */
  onChange(): void
  onLog(entry: LogEntry): void
}

/** `match`: what it will export as such; undefined: it is broken, or that is known only when it is run. */
export type CheckedSource = { failures: ModifierFailure[]; match: ModifierMatch | undefined }

const usualLimits: SandboxLimits = { memory: 128 * 1024 * 1024, hangMs: 5000 }

/** The modifiers that are set, in order. It watches and compiles their files, and owns their sandbox processes. */
export class ModifierSet {
  readonly #options: ModifierSetOptions
  readonly #compiler = new Compiler()
  readonly #host: SandboxHost | undefined
  #files: ModifierFile[] = []
  #byKey = new Map<string, ModifierFile>()
  #limits = usualLimits
  #closed = false
  /** How many are on. */
  #on = 0
  readonly #dryRuns = new Set<DryRun>()

  constructor(options: ModifierSetOptions) {
    this.#options = options
    this.#host = options.launch && new SandboxHost(options.launch, this.#limits)
  }

  /** Nothing is on: the usual case. */
  empty = true

  /** Those whose first version is being loaded; undefined when there is none. Never rejects. */
  get loading(): Promise<void> | undefined {
    const loading = this.#files.flatMap((file) => file.loading ?? [])
    return loading.length === 0 ? undefined : Promise.all(loading).then(() => undefined)
  }

  /**
   * Entries and limits as they are now: starts, changes and stops what differs from before. `memory` in bytes beyond
   * those of an idle sandbox, `hangMs` in milliseconds.
   */
  update(entries: readonly ModifierEntry[], limits: SandboxLimits): void {
    if (this.#closed) return
    if (limits.memory !== this.#limits.memory || limits.hangMs !== this.#limits.hangMs) {
      this.#limits = limits
      this.#host?.limit(limits)
    }
    const before = this.#byKey
    this.#byKey = new Map()
    this.#files = entries.map((entry) => {
      const key = this.#keyOf(entry)
      const known = before.get(key)
      before.delete(key)
      known?.update(entry)
      const file = known ?? new ModifierFile(entry, this.#fileOptions())
      this.#byKey.set(key, file)
      return file
    })
    for (const gone of before.values()) gone.retire()
    const on = this.#files.filter(({ off }) => !off).length
    if (on > this.#on) void this.#tellCrowd(on)
    this.#on = on
    this.empty = on === 0
    this.#options.onChange()
  }

  /** Those that are on, could be loaded and match, in order. Looks, and does nothing. */
  matching(facts: ResponseFacts): Modifier[] {
    return this.#files.flatMap((file) => file.for(facts) ?? [])
  }

  /** Those that would match and are switched off by themselves, or were broken from the start: why, in sentences. */
  withheld(facts: ResponseFacts): string[] {
    return this.#files.flatMap((file) => file.withheld(facts) ?? [])
  }

  states(): ModifierState[] {
    return this.#files.map((file) => file.state())
  }

  /** Looks at all files now, as whoever has just written one may want; resolves when what they hold is applied or refused. */
  async refresh(): Promise<void> {
    await Promise.all(this.#files.map((file) => file.refresh()))
  }

  /** What can be known of a source without running it. */
  async check(source: string, file: string): Promise<CheckedSource> {
    const result = await this.#compiler.compile(source)
    const origin = { name: nameOf(file), file }
    if (result.ok) return { failures: [], match: result.match }
    return { failures: result.faults.map((fault) => brokenBy(fault, origin)), match: undefined }
  }

  /** Runs a source on chunks that are no traffic, in a process of its own. */
  dryRun(options: DryRunOptions): DryRun {
    const run = new DryRun(options, this.#options.launch, this.#limits, this.#compiler)
    this.#dryRuns.add(run)
    void run.done.then(() => this.#dryRuns.delete(run))
    return run
  }

  /** Ends all sandboxes; flows that run in them fail. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true
    this.empty = true
    const dryRuns = [...this.#dryRuns]
    for (const run of dryRuns) run.stop()
    for (const file of this.#files.splice(0)) file.retire()
    await Promise.all([this.#host?.close(), this.#compiler.close(), ...dryRuns.map(({ done }) => done)])
  }

  /** More are on than can run at once, which no flow has to suffer yet. Told when they are loaded: somebody listens then. */
  async #tellCrowd(on: number): Promise<void> {
    const { most = Infinity } = this.#host ?? {}
    if (on <= most) return
    await this.loading
    const what = `${on} modifiers are on, and at most ${most} can run at once`
    if (on === this.#on) this.#options.notice(`${what}: a flow that needs one more while ${most} are busy fails`)
  }

  /** The same file may be in the list more than once. */
  #keyOf({ file }: ModifierEntry): string {
    for (let count = 0; ; count++) if (!this.#byKey.has(`${count} ${file}`)) return `${count} ${file}`
  }

  #fileOptions(): ConstructorParameters<typeof ModifierFile>[1] {
    const options = this.#options
    return {
      host: this.#host,
      compiler: this.#compiler,
      notice: (sentence) => options.notice(sentence),
      onChange: () => options.onChange(),
      onLog: (entry) => options.onLog(entry),
      bug: (cause) => options.bug(cause instanceof Error ? cause.message : String(cause)),
    }
  }
}
