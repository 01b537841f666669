import type { ModifierEntry, ModifierFailure, ModifierMatch } from '../model/modifier.ts'
import { atPlace } from '../model/place.ts'
import { matchesResponse, type ResponseFacts } from '../rules/index.ts'
import { AppliedVersion } from './applied-version.ts'
import type { Compiler } from './compile/compiler.ts'
import { PositionMap } from './compile/position-map.ts'
import { brokenBy, brokenFor, nameOf, type Compiled, type Origin } from './failures.ts'
import { ModifierError, type LogEntry, type ModifierState, type ModifierStatus } from './modifier.ts'
import type { SandboxHost } from './processes/sandbox-host.ts'
import { Sandbox } from './processes/sandbox.ts'
import { VersionUses } from './version-uses.ts'
import { WatchedFile, type FileText } from './watched-file.ts'

/** So many ends of its process within so many milliseconds, and it is switched off. */
const mostKills = 3
const killSpan = 60_000

export type ModifierFileOptions = {
  /** Undefined: this host starts no sandboxes. */
  host: SandboxHost | undefined
  compiler: Compiler
  notice(sentence: string): void
  onChange(): void
  onLog(entry: LogEntry): void
  bug(cause: unknown): void
}

type Current = { version: number; compiled: Compiled; applied: AppliedVersion }

/** One entry of the list: its file, the version that is applied, and the sandbox in which all its versions run. */
export class ModifierFile {
  readonly #options: ModifierFileOptions
  readonly #origin: Origin
  #entry: ModifierEntry
  #file: WatchedFile | undefined
  #sandbox: Sandbox | undefined
  #current: Current | undefined
  #match: ModifierMatch = {}
  #problem: ModifierFailure | undefined
  #version = 0
  #kills: number[] = []
  #killed = false
  #loading: Promise<void> | undefined
  /** A version is being evaluated: who started that tells how it ends. */
  #evaluating = false
  readonly #uses: VersionUses

  constructor(entry: ModifierEntry, options: ModifierFileOptions) {
    this.#options = options
    this.#entry = entry
    this.#uses = new VersionUses(
      (version) => this.#release(version),
      () => options.onChange(),
    )
    this.#origin = { name: nameOf(entry.file), file: entry.file }
    if (entry.off !== true) this.#switchOn()
  }

  get off(): boolean {
    return this.#entry.off === true
  }

  /** While nothing is known of it yet. */
  get loading(): Promise<void> | undefined {
    return this.#loading
  }

  /** The version for a response of this kind, if there is one. */
  for(facts: ResponseFacts): AppliedVersion | undefined {
    return this.#killed ? undefined : this.#matching(facts)
  }

  /** Why it is not applied to a response of this kind, which it is for; a sentence. Undefined: it is, or it is not for it. */
  withheld(facts: ResponseFacts): string | undefined {
    const { name } = this.#origin
    const broken = this.#broken
    if (broken && matchesResponse(this.#entry.match ?? {}, facts)) {
      return `modifier ${name} not applied: ${broken.message.replace(`modifier "${name}"`, 'it')}`
    }
    if (!this.#killed || !this.#matching(facts)) return undefined
    return `modifier ${name} not applied: it was switched off after it had been ended three times in a minute`
  }

  /** Why there is no good version of one that is on: what it would match is not known, beyond what its user has set. */
  get #broken(): ModifierFailure | undefined {
    return this.off || this.#current ? undefined : this.#problem
  }

  state(): ModifierState {
    return {
      entry: this.#entry,
      name: this.#origin.name,
      status: this.#status(),
      version: this.#current?.version ?? 0,
      exports: this.#current?.applied.exports,
      problem: this.#problem,
      stats: { ...this.#uses.stats },
    }
  }

  /** The same file, with other choices. Switched on again, it begins anew. */
  update(entry: ModifierEntry): void {
    const wasOff = this.off
    this.#entry = entry
    if (this.off && !wasOff) this.#switchOff()
    if (!this.off && wasOff) this.#switchOn()
    if (this.#current) this.#apply(this.#current.version, this.#current.compiled, this.#current.applied.exports)
  }

  /** Looks at the file now; resolves when what it holds is applied or refused. */
  async refresh(): Promise<void> {
    await this.#file?.look()
  }

  /** Not in the list any more: its flows go on to their end, and then its sandbox ends. */
  retire(): void {
    this.#switchOff()
  }

  #matching(facts: ResponseFacts): AppliedVersion | undefined {
    if (!this.#current || this.off || !matchesResponse(this.#match, facts)) return undefined
    return this.#current.applied
  }

  #status(): ModifierStatus {
    if (this.off) return 'off'
    if (this.#killed) return 'killed'
    if (this.#current) return 'applied'
    return this.#problem ? 'broken' : 'loading'
  }

  #switchOn(): void {
    this.#killed = false
    this.#kills = []
    const file = new WatchedFile(this.#origin.file, (text) => this.#read(text))
    this.#file = file
    const loading = file.look().finally(() => {
      if (this.#loading === loading) this.#loading = undefined
      this.#options.onChange()
    })
    this.#loading = loading
  }

  /** Running flows go on to their end with the version they have. */
  #switchOff(): void {
    this.#file?.close()
    this.#file = undefined
    this.#loading = undefined
    this.#problem = undefined
    const before = this.#current
    this.#current = undefined
    if (before) this.#release(before.version)
    else this.#restUnused()
  }

  async #read(found: FileText): Promise<void> {
    this.#killed = false
    this.#kills = []
    const file = this.#file
    const problem = await this.#load(found)
    // Switched off meanwhile.
    if (this.#file !== file) return
    this.#problem = problem
    if (problem) {
      const told = atPlace(problem.message, problem)
      this.#options.notice(this.#current ? `${told}; its last good version stays` : told)
    }
    this.#options.onChange()
  }

  /** Applies what the file holds, or says what is wrong with it. Never rejects. */
  async #load(found: FileText): Promise<ModifierFailure | undefined> {
    const { host, compiler } = this.#options
    if ('problem' in found) return brokenFor(found.problem, this.#origin)
    if (!host) return brokenFor('this host of Spillway runs no modifiers', this.#origin)
    const file = this.#file
    const result = await compiler.compile(found.text)
    if (!result.ok)
      return brokenBy(result.faults[0] ?? { message: '', line: undefined, column: undefined }, this.#origin)
    if (this.#file !== file) return undefined
    const positions = new PositionMap(result.positions)
    const compiled: Compiled = { ...this.#origin, code: result.code, positions, exportedAt: result.exportedAt }
    const sandbox = (this.#sandbox ??= this.#newSandbox(host))
    const version = ++this.#version
    try {
      this.#evaluating = true
      const exports = await sandbox.load(version, compiled).finally(() => (this.#evaluating = false))
      if (this.#file !== file) {
        sandbox.unload(version)
        return undefined
      }
      const before = this.#current
      this.#apply(version, compiled, exports)
      if (before) this.#release(before.version)
      return undefined
    } catch (error) {
      this.#version--
      if (error instanceof ModifierError) return { ...error.failure, code: 'MODIFIER_BROKEN' }
      return brokenFor(error instanceof Error ? error.message : String(error), this.#origin)
    }
  }

  #apply(version: number, compiled: Compiled, exports: AppliedVersion['exports']): void {
    const { recode = false, match } = this.#entry
    const sandbox = this.#sandbox
    if (!sandbox) return
    this.#match = { ...exports.match, ...match }
    const applied = new AppliedVersion({ version, recode, exports, compiled, sandbox, uses: this.#uses })
    this.#current = { version, compiled, applied }
  }

  #newSandbox(host: SandboxHost): Sandbox {
    const { file } = this.#origin
    return new Sandbox(
      host,
      {
        ...this.#origin,
        onLog: (flow, text) => this.#options.onLog({ file, flow, at: Date.now(), text }),
        onTimes: (medianMs, worstMs) => this.#uses.times(medianMs, worstMs),
        onFlowOver: (version, failed) => this.#uses.over(version, failed),
        onKilled: (failure) => this.#onKilled(failure),
        bug: (cause) => this.#options.bug(cause),
      },
      this.#uses.stats,
    )
  }

  #onKilled(failure: ModifierFailure): void {
    const now = performance.now()
    this.#kills = [...this.#kills.filter((at) => now - at < killSpan), now]
    // Its flows may all have ended before, and then nothing else tells of it.
    const told = atPlace(failure.message, failure)
    if (this.#kills.length >= mostKills && !this.#killed) {
      this.#killed = true
      this.#problem = failure
      const again = 'It is switched off until its file changes, or it is switched on again.'
      this.#options.notice(`${told}, for the third time within a minute. ${again}`)
    } else if (!this.#evaluating) {
      this.#options.notice(`${told}; its process was ended, with all of its flows`)
    }
    this.#options.onChange()
  }

  #restUnused(): void {
    if (!this.#file && this.#uses.none && this.#sandbox?.idle) this.#sandbox.evict()
  }

  /** A version that is neither applied nor used is not kept. */
  #release(version: number): void {
    if (version !== this.#current?.version && !this.#uses.has(version)) this.#sandbox?.unload(version)
    this.#restUnused()
  }
}
