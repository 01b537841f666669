/**
 * Dry runs: a modifier on a body, without traffic, in a sandbox process of its own. A window has one at a time and asks
 * for its steps (kept-runs.ts); input.ts says what it is fed with.
 */
import { wouldMiss, type DryRunStep as EngineStep, type Engine, type Miss } from '../../../../main/index.ts'
import type { Flow } from '../../../../main/model/flow.ts'
import type { ModifierMatch } from '../../../../main/model/modifier.ts'
import type { Checked, Output } from '../../../contract/contract.ts'
import type { DryRunStep } from '../../../contract/modifiers.ts'
import { problemOf } from '../rows.ts'
import { matchOf } from '../list/entries.ts'
import { dryInput, type BodySource } from './input.ts'
import { KeptRuns, shownChunk } from './kept-runs.ts'
import type { TimedChunk } from './timed-chunk.ts'

export class DryRuns {
  readonly #engine: Pick<Engine['modifiers'], 'dryRun'>
  readonly #source: BodySource
  readonly #runs = new KeptRuns()

  constructor(engine: Pick<Engine['modifiers'], 'dryRun'>, source: BodySource) {
    this.#engine = engine
    this.#source = source
  }

  /** `window`: aborts when the window has gone. Rejects with CallError when there is nothing to feed it with. */
  async begin(asked: Checked<'modifiers.dryRun'>, window: AbortSignal): Promise<Output<'modifiers.dryRun'>> {
    const { name: file, source, speed } = asked
    const match = asked.match && matchOf(asked.match)
    const { flow, captured, chunks, note } = await dryInput(asked, this.#source, window)
    const run = this.#runs.begin(window, async (tell, signal) => {
      const onStep = (step: EngineStep): void =>
        void tell(shownStep(step, (exported) => missesOf(captured, { ...exported, ...match })))
      const dryRun = this.#engine.dryRun({ file, source, flow, input: inTime(chunks), speed, onStep })
      const stop = (): void => dryRun.stop()
      signal.addEventListener('abort', stop, { once: true })
      if (signal.aborted) stop()
      await dryRun.done
    })
    return { run, ...(note !== undefined && { note }) }
  }

  steps(input: Checked<'modifiers.dryRunSteps'>, signal: AbortSignal): Promise<Output<'modifiers.dryRunSteps'>> {
    return this.#runs.steps(input, signal)
  }

  stop(run: string): void {
    this.#runs.stop(run)
  }

  close(): void {
    this.#runs.close()
  }
}

/** The engine waits between chunks, where that is wanted. */
function inTime(chunks: Iterable<TimedChunk>): AsyncIterable<TimedChunk> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = chunks[Symbol.iterator]()
      return { next: () => Promise.resolve(iterator.next()) }
    },
  }
}

/** What was never traffic has nothing to be matched. */
const missesOf = (captured: Flow | undefined, match: ModifierMatch): Miss[] =>
  captured ? (wouldMiss(captured, match) ?? []) : []

/** A copy of what is lent, in the contract's words. */
function shownStep(step: EngineStep, misses: (exported: ModifierMatch) => Miss[]): DryRunStep {
  const { atMs } = step
  switch (step.kind) {
    case 'in':
      return { kind: 'in', atMs, chunk: shownChunk(step.bytes) }
    case 'out':
      return { kind: 'out', atMs, ownMs: step.ownMs, chunk: shownChunk(step.bytes) }
    case 'log':
      return { kind: 'log', atMs, text: step.text }
    case 'match':
      return { kind: 'match', atMs, exported: step.match, misses: misses(step.match) }
    case 'head': {
      const { status, headers, choice } = step.verdict
      return {
        kind: 'head',
        atMs,
        ...(choice && { choice }),
        ...(status !== undefined && { status }),
        ...(headers && { headers }),
      }
    }
    case 'error':
      return { kind: 'error', atMs, problem: problemOf(step.failure) }
    case 'end':
      return { kind: 'end', atMs }
    default:
      return step satisfies never
  }
}
