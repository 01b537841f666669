/**
 * Dry runs as windows see them: one for each window, whose steps are asked for. Promises: a run ends when its window
 * closes, when it begins another one, when nobody has asked for a minute, and when there are too many steps to keep,
 * which its last step says; what is kept of it is bounded, and gone a minute after it was last asked for.
 */
import { randomUUID } from 'node:crypto'
import { shownChunkBytes, type DryRunStep } from '../../../contract/modifiers.ts'
import type { Checked, Output } from '../../../contract/contract.ts'
import { CallError } from '../../../contract/wire.ts'

/** Of one run. */
const mostSteps = 20_000
const mostBytes = 16 * 1024 * 1024
/** Of one answer. */
const stepsAtOnce = 500
const bytesAtOnce = 1024 * 1024
/** How long a question waits for a step. */
const patienceMs = 250
/** Nobody has asked for so long: it is forgotten. */
const keptMs = 60_000

/** What happens in a run, in order. False: nothing more is wanted. */
export type Tell = (step: DryRunStep) => boolean

/** Performs a run until it ends or the signal says so; what it rejects with is the run's last step. */
export type Perform = (tell: Tell, signal: AbortSignal) => Promise<void>

type Run = {
  readonly id: string
  readonly steps: DryRunStep[]
  readonly begunAt: number
  bytes: number
  running: boolean
  readonly abort: AbortController
  readonly waiting: Set<() => void>
  forget: NodeJS.Timeout
  leave: () => void
}

export class KeptRuns {
  readonly #runs = new Map<string, Run>()
  readonly #ofWindow = new Map<AbortSignal, Run>()
  readonly #keptMs: number

  /** The time is for tests. */
  constructor(kept = keptMs) {
    this.#keptMs = kept
  }

  /** `window`: aborts when the window has gone. Its run before this one is ended and forgotten. */
  begin(window: AbortSignal, perform: Perform): string {
    const before = this.#ofWindow.get(window)
    if (before) this.#forget(before)
    const run: Run = {
      id: randomUUID(),
      steps: [],
      begunAt: performance.now(),
      bytes: 0,
      running: true,
      abort: new AbortController(),
      waiting: new Set(),
      forget: setTimeout(() => this.#forget(run), this.#keptMs).unref(),
      leave: () => this.#forget(run),
    }
    this.#runs.set(run.id, run)
    this.#ofWindow.set(window, run)
    if (window.aborted) this.#forget(run)
    else window.addEventListener('abort', run.leave, { once: true })
    void this.#perform(run, perform)
    return run.id
  }

  /** Rejects with CallError (GONE) when the run is forgotten. */
  async steps({ run: id, after }: Checked<'modifiers.dryRunSteps'>, signal: AbortSignal): Promise<Answer> {
    const run = this.#runs.get(id)
    if (!run) throw gone()
    run.forget.refresh()
    if (run.running && run.steps.length <= after) await nextStep(run, signal)
    // While it waited, another one may have taken its place.
    if (!this.#runs.has(id)) throw gone()
    const steps: DryRunStep[] = []
    let bytes = 0
    for (let at = after; at < run.steps.length && steps.length < stepsAtOnce && bytes < bytesAtOnce; at++) {
      const step = run.steps[at]
      if (!step) break
      steps.push(step)
      bytes += sizeOf(step)
    }
    const position = Math.min(after, run.steps.length) + steps.length
    return { steps, position, running: run.running || position < run.steps.length }
  }

  /** Its steps stay. A run that is not there has ended. */
  stop(id: string): void {
    const run = this.#runs.get(id)
    if (run) end(run)
  }

  close(): void {
    for (const run of [...this.#runs.values()]) this.#forget(run)
  }

  #forget(run: Run): void {
    end(run)
    clearTimeout(run.forget)
    this.#runs.delete(run.id)
    for (const [window, other] of this.#ofWindow) {
      if (other !== run) continue
      window.removeEventListener('abort', run.leave)
      this.#ofWindow.delete(window)
    }
  }

  async #perform(run: Run, perform: Perform): Promise<void> {
    const tell: Tell = (step) => {
      if (!run.running) return false
      if (run.steps.length < mostSteps && run.bytes < mostBytes) {
        keep(run, step)
        return true
      }
      const message = `The dry run was ended after ${run.steps.length} steps: more are not kept. Try it on less.`
      keep(run, { kind: 'error', atMs: step.atMs, problem: { code: 'TOO_MANY_STEPS', message } })
      end(run)
      return false
    }
    try {
      await perform(tell, run.abort.signal)
    } catch (error) {
      if (run.running) keep(run, failure(error, performance.now() - run.begunAt))
    }
    end(run)
  }
}

type Answer = Output<'modifiers.dryRunSteps'>

/** The first bytes of a chunk, in memory of their own: crossing to a window copies all the memory behind a view. */
export const shownChunk = (bytes: Uint8Array): { bytes: Uint8Array<ArrayBuffer>; length: number } => ({
  bytes: new Uint8Array(bytes.subarray(0, shownChunkBytes)),
  length: bytes.length,
})

function keep(run: Run, step: DryRunStep): void {
  run.steps.push(step)
  run.bytes += sizeOf(step)
  wake(run)
}

/** What it takes in memory and in an answer, roughly. */
function sizeOf(step: DryRunStep): number {
  if (step.kind === 'in' || step.kind === 'out') return 100 + step.chunk.bytes.length
  if (step.kind === 'log') return 100 + 2 * step.text.length
  if (step.kind !== 'head') return 500
  return step.headers?.reduce((sum, [name, value]) => sum + 2 * (name.length + value.length), 100) ?? 100
}

function end(run: Run): void {
  if (!run.running) return
  run.running = false
  run.abort.abort()
  wake(run)
}

function wake({ waiting }: Run): void {
  for (const look of [...waiting]) look()
}

/** Resolves with the next step, the run's end, or when it has waited long enough. */
function nextStep({ waiting }: Run, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', look)
      waiting.delete(look)
      resolve()
    }
    const timer = setTimeout(look, patienceMs)
    waiting.add(look)
    signal.addEventListener('abort', look, { once: true })
    if (signal.aborted) look()
  })
}

function failure(error: unknown, atMs: number): DryRunStep {
  if (error instanceof CallError) return { kind: 'error', atMs, problem: { code: error.code, message: error.message } }
  const what = error instanceof Error ? error.message : String(error)
  return { kind: 'error', atMs, problem: { code: 'FAILED', message: `A bug in Spillway: ${what}` } }
}

const gone = (): CallError => new CallError({ code: 'GONE', message: 'The dry run is gone: begin it again.' })
