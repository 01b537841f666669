/** The dry run of this window: begun, followed step by step, ended. There is one at a time. */
import { create } from 'zustand'
import type {
  DryRunMiss,
  ModifierMatchFields,
  ModifierProblem,
  ModifierRow,
} from '../../../../app/contract/modifiers.ts'
import { client, faultOf } from '../../../client/index.ts'
import { useOpened } from '../../../store/opened.ts'
import { modifiers } from '../../../texts/modifiers.ts'
import { files } from '../open-files.ts'
import { RunRows } from './compare/rows.ts'
import { inputName, inputOf, isGone, sameInput, useInput, type RunInput } from './input.ts'

const texts = modifiers.dryRun

type Status = 'none' | 'running' | 'ended' | 'stopped' | 'broke'

type DryRun = {
  status: Status
  /** Whose text it was, and what it was run on. */
  of: { id: string; name: string; input: RunInput; inputName: string } | undefined
  rows: RunRows
  /** Counts the runs. */
  run: number
  /** At recorded speed. */
  live: boolean
  /** Counts the changes of `rows`, which is always the same object. */
  version: number
  /** What the source exports as its match, as far as it is known. */
  exported: ModifierMatchFields | undefined
  /** For whose sake it would not run on this flow in traffic. */
  misses: readonly DryRunMiss[]
  /** What is different from real traffic; a sentence. */
  note: string | undefined
  /** Why it could not begin, or could not be followed; a sentence. */
  fault: string | undefined
  /** How the modifier failed. */
  problem: ModifierProblem | undefined
}

export const useDryRun = create<DryRun>(() => ({
  status: 'none',
  of: undefined,
  rows: new RunRows(),
  run: 0,
  live: false,
  version: 0,
  exported: undefined,
  misses: [],
  note: undefined,
  fault: undefined,
  problem: undefined,
}))

let interest = new AbortController()
let run: string | undefined

/** Of who has asked for a run of a file that is still being read; the last one counts. */
let waiting = new AbortController()

/** Runs what is in the editor, saved or not, as soon as it is there. The run before is ended. */
export async function startRun({ id, name, match }: ModifierRow): Promise<void> {
  waiting.abort()
  const { signal: gone } = (waiting = new AbortController())
  await files.whenRead(id, gone)
  if (gone.aborted || useOpened.getState().id !== id) return
  const chosen = useInput.getState()
  const input = inputOf(chosen)
  const source = files.get(id)?.state.doc.toString()
  if (!input || isGone(chosen) || source === undefined) {
    useInput.setState({ choosing: true })
    return
  }
  interest.abort()
  interest = new AbortController()
  const { signal } = interest
  run = undefined
  const of = { id, name, input, inputName: inputName(chosen) }
  const rows = new RunRows()
  const fresh = {
    status: 'running',
    of,
    rows,
    version: 0,
    exported: undefined,
    misses: [],
    note: undefined,
    fault: undefined,
    problem: undefined,
  } as const
  const { exported, of: before } = useDryRun.getState()
  // Of the same modifier it is probably what it was.
  const known = before?.id === id ? exported : undefined
  useDryRun.setState(({ run }) => ({ ...fresh, exported: known, run: run + 1, live: chosen.speed === 'recorded' }))
  useInput.setState({ choosing: false })
  try {
    const begun = await client.call('modifiers.dryRun', { name, source, input, match, speed: chosen.speed }, signal)
    run = begun.run
    useDryRun.setState({ note: begun.note })
    await follow(begun.run, rows, signal)
  } catch (error) {
    const { code, message } = faultOf(error)
    if (signal.aborted) return
    rows.stop()
    const fault = run === undefined ? texts.failed(message) : code === 'GONE' ? texts.forgotten : message
    useDryRun.setState(({ version }) => ({ status: 'broke', fault, version: version + 1 }))
  }
}

async function follow(id: string, rows: RunRows, signal: AbortSignal): Promise<void> {
  for (let after = 0, running = true; running;) {
    const answer = await client.call('modifiers.dryRunSteps', { run: id, after }, signal)
    if (signal.aborted) return
    after = answer.position
    running = answer.running
    if (answer.steps.length === 0) continue
    rows.push(answer.steps)
    for (const step of answer.steps)
      if (step.kind === 'match') useDryRun.setState({ exported: step.exported, misses: step.misses })
    const problem = answer.steps.find((step) => step.kind === 'error')?.problem
    useDryRun.setState(({ version, problem: before }) => ({ version: version + 1, problem: problem ?? before }))
  }
  const hadEnd = rows.isOver
  if (!hadEnd) rows.stop()
  useDryRun.setState(({ version, status, problem }) => ({
    version: version + 1,
    status: problem ? 'broke' : status === 'stopped' || !hadEnd ? 'stopped' : 'ended',
  }))
}

/** What has come so far stays. */
export async function stopRun(): Promise<void> {
  const { rows, status } = useDryRun.getState()
  if (status !== 'running') return
  interest.abort()
  rows.stop()
  useDryRun.setState(({ version }) => ({ status: 'stopped', version: version + 1 }))
  if (run === undefined) return
  try {
    await client.call('modifiers.dryRunStop', { run })
  } catch (error) {
    // One that cannot be reached ends by itself when nobody asks for its steps.
    faultOf(error)
  }
}

/** The result that is there was made of something else than what is chosen now. */
export const isOfOther = ({ of }: Pick<DryRun, 'of'>, chosen: Parameters<typeof inputOf>[0]): boolean =>
  of !== undefined && !sameInput(of.input, inputOf(chosen))
