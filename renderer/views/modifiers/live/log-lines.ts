/** The lines of a modifier's console, asked for behind those that are known. Pure: who asks is console-pane.tsx. */
import type { Output } from '../../../../app/contract/contract.ts'
import type { ModifierLogEntry } from '../../../../app/contract/modifiers.ts'

/** More than anybody reads; the oldest give way. */
export const mostLines = 2000

/** Lines count from 1. */
export type Log = {
  entries: readonly ModifierLogEntry[]
  /** The last line that is known: the next question is about those behind it. */
  position: number
  /** Lines up to this one were cleared away. */
  clearedTo: number
}

export const emptyLog: Log = { entries: [], position: 0, clearedTo: 0 }

/** With what the host has answered. One that counts from the beginning again was started again. */
export function withAnswer(log: Log, { entries, position }: Output<'modifiers.log'>): Log {
  const before = position < log.position ? emptyLog : log
  // Two questions under way may be answered with the same lines.
  const fresh = entries.filter((entry) => entry.position > Math.max(before.position, before.clearedTo))
  if (fresh.length === 0 && position === log.position) return log
  return { ...before, entries: [...before.entries, ...fresh].slice(-mostLines), position }
}

export const cleared = (log: Log): Log => ({ ...log, entries: [], clearedTo: log.position })

/** Lines between what was cleared away and the first that is there: not kept by the host, or given up here. */
export const missingLines = ({ entries, clearedTo }: Log): number =>
  Math.max(0, (entries[0]?.position ?? 0) - 1 - clearedTo)
