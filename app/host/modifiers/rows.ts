/** One line of the panel's list, from what the engine, the settings and the disk know of a modifier. Pure. */
import { basename } from 'node:path'
import type { ModifierState } from '../../../main/index.ts'
import type { FlowError } from '../../../main/model/errors.ts'
import { noStats, type ModifierFailure } from '../../../main/model/modifier.ts'
import type { ModifierProblem, ModifierRow } from '../../contract/modifiers.ts'
import type { Listed } from './list/entries.ts'

export type Failure = NonNullable<ModifierRow['failure']>

/** Of the file itself. */
export type FileFacts = { kept: boolean; changedAt: number | undefined }

/** `state`: absent for what the engine does not know, which is off. */
export function modifierRow(
  { entry, fixed }: Listed,
  { kept, changedAt }: FileFacts,
  state: ModifierState | undefined,
  failure: Failure | undefined,
): ModifierRow {
  const { file, off = false, match = {}, recode = false } = entry
  const name = basename(file)
  const gone = changedAt === undefined
  const problem = state?.problem ? problemOf(state.problem) : gone ? goneProblem(name) : undefined
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
    exported: { ...state?.exports?.match },
    recode,
    status: off ? (gone ? 'broken' : 'off') : (state?.status ?? 'loading'),
    version: state?.version ?? 0,
    ...(problem && { problem }),
    ...(failure && { failure }),
    transforms: state?.exports?.transforms ?? false,
    readsHead: state?.exports?.readsHead ?? false,
    stats: {
      ...{ flows, running, chunksIn, bytesIn, chunksOut, bytesOut, errors },
      ...(medianMs !== undefined && { medianMs }),
      ...(worstMs !== undefined && { worstMs }),
    },
  }
}

export function problemOf({ code, message, line, column }: ModifierFailure): ModifierProblem {
  return { code, message, ...(line !== undefined && { line }), ...(column !== undefined && { column }) }
}

/** How a modifier has failed on a flow; undefined: it has not. */
export function failureOf(error: FlowError | undefined, flow: number, at: number): Failure | undefined {
  if (error?.side !== 'modifier') return undefined
  const { code, message, line, column } = error
  return { code, message, ...(line !== undefined && { line }), ...(column !== undefined && { column }), flow, at }
}

const goneProblem = (name: string): ModifierProblem => ({
  code: 'MODIFIER_BROKEN',
  message: `${name} is gone: put its file back, or remove it from the list.`,
})
