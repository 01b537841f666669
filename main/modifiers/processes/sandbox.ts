import type { HeadVerdict, ModifierExports, ModifierFailure, ModifierFlow } from '../../model/modifier.ts'
import { brokenFor, failureOf, withPlaces, type Compiled, type Origin } from '../failures.ts'
import { frameType, number32 } from '../frames/index.ts'
import { ModifierError, type StageOutput } from '../modifier.ts'
import { asExports, asFault, asVerdict, lost, type CheckedFault } from './answers.ts'
import { LogLimit } from './log-limit.ts'
import { OwedCredit } from './owed-credit.ts'
import { Questions, type ReadAnswer } from './questions.ts'
import type { SandboxHost, Tenant } from './sandbox-host.ts'
import type { SandboxRun } from './sandbox-run.ts'
import { SandboxStage, type Counts, type StageOwner, type Trace } from './sandbox-stage.ts'

/** An idle process is worth keeping for so long. */
const idleMs = 60_000
/** A version that is to be loaded waits so long for a process, where there are as many as there may be. */
const loadPatienceMs = 10_000
/** Bytes of input of all flows together, so that many flows do not fill the sandbox's memory by themselves. */
const inFlightLimit = 8 * 1024 * 1024

export type SandboxOwner = Origin & {
  onLog(flow: number, text: string): void
  onTimes(medianMs: number, worstMs: number): void
  /** A flow has ended; `failed`: by a fault of the modifier. */
  onFlowOver(version: number, failed: boolean): void
  /** Its process had to be ended, or was lost, for this reason. */
  onKilled(failure: ModifierFailure): void
  bug(cause: unknown): void
}

type Asked<T> = { channel: number; answer: Promise<T> }

/** The sandbox of one modifier: a process while it is needed, started anew when it is needed again. */
export class Sandbox implements Tenant, StageOwner {
  usedAt = performance.now()
  inFlight = 0
  crowded = false
  readonly inFlightLimit = inFlightLimit
  readonly #host: SandboxHost
  readonly #owner: SandboxOwner
  readonly #counts: Counts
  readonly #versions = new Map<number, Compiled>()
  #run: SandboxRun | undefined
  /** Versions that the present process knows. */
  readonly #loaded = new Set<number>()
  readonly #stages = new Map<number, { stage: SandboxStage; version: number }>()
  readonly #questions = new Questions()
  /** Of flows whose responseHead returned a function that is kept in the present process: its channel. */
  readonly #kept = new Map<number, number>()
  readonly #touched: SandboxStage[] = []
  #channels = 0
  readonly #logs = new LogLimit()
  #idle: NodeJS.Timeout | undefined
  readonly #owed = new OwedCredit()

  constructor(host: SandboxHost, owner: SandboxOwner, counts: Counts) {
    this.#host = host
    this.#owner = owner
    this.#counts = counts
  }

  /** Only while there is a process; see StageOwner. */
  get port(): SandboxRun['port'] {
    if (!this.#run) throw new Error('a stage has outlived its sandbox')
    return this.#run.port
  }

  get pid(): number | undefined {
    return this.#run?.pid
  }

  get idle(): boolean {
    return this.#stages.size === 0 && this.#questions.open === 0
  }

  /** Evaluates a version. Rejects with ModifierError. */
  async load(version: number, compiled: Compiled): Promise<ModifierExports> {
    this.#versions.set(version, compiled)
    // Others that are being loaded will soon be done.
    for (const end = performance.now() + loadPatienceMs; !this.#run && !this.#host.hasRoom;) {
      const left = end - performance.now()
      if (left <= 0) break
      await this.#host.room(left)
    }
    const run = this.#needed(compiled)
    if (this.#loaded.has(version)) throw new Error(`version ${version} is loaded already`)
    const { answer } = this.#ask(version, frameType.load, { version, code: compiled.code }, run, asExports)
    this.#loaded.add(version)
    try {
      return await answer
    } catch (error) {
      this.unload(version)
      throw error
    }
  }

  /** No flow will begin with this version any more. */
  unload(version: number): void {
    this.#versions.delete(version)
    if (!this.#loaded.delete(version) || !this.#run) return
    this.#run.port.frame(frameType.unload, version)
    this.#run.port.send()
  }

  /** Rejects with ModifierError. `compiled`: the version may have been unloaded since it was chosen. */
  async head(version: number, compiled: Compiled, flow: ModifierFlow): Promise<HeadVerdict> {
    const run = this.#ready(version, compiled)
    const { channel, answer } = this.#ask(version, frameType.head, { version, flow }, run, asVerdict)
    const verdict = await answer
    if (verdict.choice === 'transform') this.#kept.set(flow.id, channel)
    return verdict
  }

  forget(id: number): void {
    const channel = this.#kept.get(id)
    if (channel === undefined) return
    this.#kept.delete(id)
    this.#run?.port.frame(frameType.forget, channel)
    this.#run?.port.send()
  }

  /** Throws ModifierError where it cannot be run at all. `transforms`: the version has a function of its own. */
  open(
    version: number,
    compiled: Compiled,
    flow: ModifierFlow,
    out: StageOutput,
    transforms: boolean,
    trace?: Trace,
  ): SandboxStage {
    const run = this.#ready(version, compiled)
    const kept = this.#kept.get(flow.id)
    this.#kept.delete(flow.id)
    if (kept === undefined && !transforms)
      throw new ModifierError(this.#failure(lost('what responseHead returned is gone with the process'), version))
    const channel = ++this.#channels
    const stage = new SandboxStage(this, channel, out, this.#counts, trace)
    this.#stages.set(channel, { stage, version })
    run.port.json(frameType.open, channel, { version, flow, kept, traced: trace !== undefined })
    run.port.send()
    return stage
  }

  evict(): void {
    this.#run?.end()
  }

  // For stages.

  over(stage: SandboxStage, failed: boolean): void {
    const version = this.#stages.get(stage.channel)?.version
    this.#stages.delete(stage.channel)
    this.#owed.delete(stage)
    if (version !== undefined) this.#owner.onFlowOver(version, failed)
    this.#relieveOthers()
    this.#restIfIdle()
  }

  owes(stage: SandboxStage): void {
    this.#owed.add(stage)
  }

  bug(cause: unknown): void {
    this.#owner.bug(cause)
  }

  // The process.

  #ready(version: number, compiled: Compiled): SandboxRun {
    this.#versions.set(version, compiled)
    const run = this.#needed(compiled)
    if (!this.#loaded.has(version)) {
      this.#loaded.add(version)
      // What it answers was answered before; if it fails now, so does what follows.
      const { answer } = this.#ask(version, frameType.load, { version, code: compiled.code }, run, asExports)
      answer.catch(() => undefined)
    }
    return run
  }

  #needed(compiled: Compiled): SandboxRun {
    this.usedAt = performance.now()
    clearTimeout(this.#idle)
    if (this.#run) return this.#run
    const run = this.#host.start(this, {
      onFrame: this.#onFrame,
      onEndOfRead: this.#onEndOfRead,
      onReady: (problem) => {
        if (problem !== undefined) this.#over(run, { ...lost(problem), code: 'MODIFIER_BROKEN' })
      },
      onOver: (fault) => this.#over(run, fault),
    })
    if (!run) {
      const { closed, most } = this.#host
      const busy = `at most ${most} modifiers can run at once, and all ${most} are busy with others`
      const fault = { ...lost(closed ? 'Spillway is ending' : busy), code: 'MODIFIER_BROKEN' } as const
      throw new ModifierError(failureOf(fault, compiled))
    }
    this.#run = run
    return run
  }

  readonly #onFrame = (type: number, channel: number, bytes: Uint8Array, from: number, to: number): void => {
    const stage = this.#stages.get(channel)?.stage
    if (type === frameType.chunk) {
      if (!stage) return
      this.#touch(stage)
      stage.arrived(Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from))
    } else if (type === frameType.credit) {
      stage?.taken(number32(bytes, from))
      this.#relieveOthers()
    } else if (type === frameType.end) stage?.finished()
    else if (type === frameType.fail) this.#failed(channel, asFault(bytes, from, to))
    else if (type === frameType.log) {
      if (this.#logs.admits()) this.#logged(channel, Buffer.from(bytes.subarray(from, to)).toString())
    } else if (type === frameType.stats) this.#owner.onTimes(float(bytes, from), float(bytes, from + 8))
    else if (type === frameType.pulled) stage?.trace?.pulled(float(bytes, from))
    else if (type === frameType.yielded) stage?.trace?.yielded(float(bytes, from), float(bytes, from + 8))
    else {
      this.#questions.answer(channel, bytes, from, to)
      this.#restIfIdle()
    }
  }

  #logged(flow: number, text: string): void {
    this.#owner.onLog(
      flow,
      withPlaces(text, (version) => this.#versions.get(version)),
    )
  }

  readonly #onEndOfRead = (): void => {
    for (const stage of this.#touched.splice(0)) stage.readDone()
  }

  #touch(stage: SandboxStage): void {
    if (stage.touched) return
    stage.touched = true
    this.#touched.push(stage)
  }

  #ask<T>(version: number, type: number, question: unknown, run: SandboxRun, read: ReadAnswer<T>): Asked<T> {
    const channel = ++this.#channels
    run.port.json(type, channel, question)
    run.port.send()
    return { channel, answer: this.#questions.ask(channel, version, read) }
  }

  #failed(channel: number, fault: CheckedFault): void {
    this.#questions.fail(channel, (version) => this.#failure(fault, version))
    const { stage, version } = this.#stages.get(channel) ?? {}
    if (stage && version !== undefined) stage.failed(this.#failure(fault, version))
    this.#restIfIdle()
  }

  /** Everything that was running in that process has failed, or, where it was ended on purpose, nothing was. */
  #over(run: SandboxRun | undefined, fault: CheckedFault | undefined): void {
    if (!run || this.#run !== run) return
    this.#run = undefined
    run.end()
    this.#loaded.clear()
    this.#kept.clear()
    const reason = fault ?? lost('Spillway ended it')
    const [newest] = [...this.#versions.keys()].slice(-1)
    const version = reason.version ?? newest ?? 0
    // For the sake of sentences and places, before anybody forgets this version.
    const failure = this.#failure(reason, version)
    this.#questions.failAll(failure)
    for (const { stage } of [...this.#stages.values()]) stage.failed(failure)
    this.#restIfIdle()
    if (fault && fault.code !== 'MODIFIER_BROKEN') this.#owner.onKilled(failure)
  }

  #failure(fault: CheckedFault, version: number): ModifierFailure {
    const compiled = this.#versions.get(fault.version ?? version)
    return compiled ? failureOf(fault, compiled) : brokenFor(fault.text, this.#owner)
  }

  #relieveOthers(): void {
    if (!this.crowded || this.inFlight >= this.inFlightLimit) return
    this.crowded = false
    for (const { stage } of this.#stages.values()) if (stage.waiting) stage.relieve()
  }

  #restIfIdle(): void {
    if (!this.idle) return
    this.#host.rested()
    clearTimeout(this.#idle)
    if (this.#run) this.#idle = setTimeout(() => this.evict(), idleMs).unref()
  }
}

const float = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset + at, 8).getFloat64(0, true)
