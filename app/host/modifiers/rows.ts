/** One line of the panel's list, from what the engine, the settings and the disk know of a modifier. Pure. */
import { basename } from 'node:path'
import type { ModifierState } from '../../../main/index.ts'
import type { FlowError } from '../../../main/model/errors.ts'
import type { Flow } from '../../../main/model/flow.ts'
import { noStats } from '../../../main/model/modifier.ts'
import type { ModifierProblem, ModifierRow } from '../../contract/modifiers.ts'
import type { Declared } from './files/checked-files.ts'
import type { Listed } from './list/entries.ts'

export type Failure = NonNullable<ModifierRow['failure']>

/** Of the file itself. `declared`: what its text says; for what the engine has not run. */
export type FileFacts = { kept: boolean; changedAt: number | undefined; declared?: Declared | undefined }

/** `state`: absent for what the engine does not know, which is off. */
export function modifierRow(
  { entry, fixed }: Listed,
  { kept, changedAt, declared }: FileFacts,
  state: ModifierState | undefined,
  failure: Failure | undefined,
): ModifierRow {
  const { file, off = false, match = {}, recode = false } = entry
  const name = basename(file)
  const gone = changedAt === undefined
  // Also of one that is off: to be switched on, it has to be mended.
  const wrong = state?.problem ?? declared?.problem
  const problem = gone && !state?.problem ? goneProblem(name) : wrong && problemOf(wrong)
  const exported = state?.exports?.match ?? declared?.match
  const { flows, running, chunksIn, bytesIn, chunksOut, bytesOut, medianMs, worstMs, errors } = state?.stats ?? noStats
  return {
    id: file,
    name,
    file,
    off,
    fixed,
    kept,
    ...(changedAt !== undefined && { changedAt }),
    match: { ...match },
    exported: { ...exported },
    isRead: exported !== undefined,
    recode,
    status: off ? (gone ? 'broken' : 'off') : (state?.status ?? 'loading'),
    version: state?.version ?? 0,
    ...(problem && { problem }),
    ...(failure && { failure }),
    transforms: state?.exports?.transforms ?? false,
    readsHead: state?.exports?.readsHead ?? false,
    stats: {
      flows,
      running,
      chunksIn,
      bytesIn,
      chunksOut,
      bytesOut,
      errors,
      ...(medianMs !== undefined && { medianMs }),
      ...(worstMs !== undefined && { worstMs }),
    },
  }
}

/** In the engine's words, as a sentence that stands alone. */
export function problemOf({
  code,
  message,
  line,
  column,
}: Pick<FlowError, 'message' | 'line' | 'column'> & { code: string }): ModifierProblem {
  return {
    code,
    message: sentence(message),
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
  }
}

/** How a modifier has failed on a flow; undefined: it has not. */
export function failureOf(
  { id: flow, error, modifiers = [] }: Pick<Flow, 'id' | 'error' | 'modifiers'>,
  at: number,
): Failure | undefined {
  if (error?.side !== 'modifier') return undefined
  const version = modifiers.find(({ file }) => file === error.file)?.version ?? 0
  return { ...problemOf(error), flow, at, version }
}

/** `modifier "a" threw x`, which others put behind a place, becomes `Modifier "a" threw x.` */
function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1)
  return /[.!?…]$/.test(text) ? text : `${text}.`
}

const goneProblem = (name: string): ModifierProblem => ({
  code: 'MODIFIER_BROKEN',
  message: `${name} is gone: put its file back, or remove it from the list.`,
})
