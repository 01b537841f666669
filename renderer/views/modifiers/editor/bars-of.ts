/** What the bars above the text say, each thing once, whatever number of reports there are of it. Pure. */
import type { ModifierRow } from '../../../../app/contract/modifiers.ts'
import { modifiers } from '../../../texts/modifiers.ts'
import type { FileFacts } from './open-file.ts'

export type Bar =
  | { kind: 'outside' }
  | { kind: 'missing'; sentence: string; isGone: boolean }
  | {
      kind: 'wrong'
      message: string
      /** What follows from it. */
      more: string | undefined
      line: number | undefined
      column: number | undefined
      flow: number | undefined
      /** It was switched off by itself. */
      isOff: boolean
    }

const { editor, status: words } = modifiers

export function barsOf(row: ModifierRow, facts: FileFacts | undefined): Bar[] {
  const bars: Bar[] = []
  if (facts?.changedOutside === true) bars.push({ kind: 'outside' })
  if (facts?.missing !== undefined) {
    const isGone = facts.missing === 'gone'
    const sentence = isGone ? editor.gone : editor.unreadable(facts.fault?.message ?? '')
    bars.push({ kind: 'missing', sentence, isGone })
  }
  const wrong = wrongOf(row, facts)
  if (wrong) bars.push(wrong)
  return bars
}

/** Why it is not as it was written, else how it failed last: of what has happened to it, the one thing to be mended first. */
function wrongOf(row: ModifierRow, facts: FileFacts | undefined): Bar | undefined {
  const { problem, failure, status } = row
  if (problem) {
    // That the file is not there has been said: by the bar before, or in the place of the text.
    if (facts && (facts.missing !== undefined || facts.status === 'failed')) return undefined
    const isOff = status === 'killed'
    const more = isOff
      ? words.killed3
      : status === 'applied'
        ? words.lastGood
        : row.off
          ? words.offAnyway
          : words.nothingApplied
    // The third time that its process was ended is a failure on a flow, too.
    const flow = isOff && failure?.message === problem.message ? failure.flow : undefined
    return { kind: 'wrong', message: problem.message, more, line: problem.line, column: problem.column, flow, isOff }
  }
  if (!failure) return undefined
  const { message, line, column, flow } = failure
  if (isOfNow(row)) return { kind: 'wrong', message, more: undefined, line, column, flow, isOff: false }
  if (failure.at < (row.changedAt ?? 0)) return undefined
  return { kind: 'wrong', message, more: words.ofBefore, line: undefined, column: undefined, flow, isOff: false }
}

/**
 * The last failure is one of the text that is on disk now: neither of the version before it, with which a flow may still
 * have run, nor of the last good one when what was saved since is broken. Switched off it has no version.
 */
export function isOfNow({ failure, changedAt = 0, version, problem, status }: ModifierRow): boolean {
  if (!failure || failure.at < changedAt) return false
  if (problem && status !== 'killed') return false
  return version === 0 || failure.version === version
}
