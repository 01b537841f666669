/** How many file descriptors are left: the last ones are kept for telling clients so, and for what is under way. */
import type { Socket } from 'node:net'

/** An eighth of what there is, and no more than this. */
const mostKept = 64

let limit: number | undefined

/** Origins are not connected any more beyond it; of what is kept, clients may have a half to be told so. */
export function isShort(socket: Socket, of: 'origin' | 'client'): boolean {
  limit ??= openFileLimit()
  const kept = Math.min(mostKept, Math.floor(limit / 8))
  return limit - numberOf(socket) <= (of === 'origin' ? kept : kept / 2)
}

/** POSIX: a new one is the lowest that is free, so its number tells of all. Without a number it is none. */
function numberOf(socket: Socket): number {
  const handle: unknown = Reflect.get(socket, '_handle')
  const number: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'fd') : undefined
  return typeof number === 'number' ? number : 0
}

/** Of this process; Infinity where the system has none, or does not tell. Takes some milliseconds. */
function openFileLimit(): number {
  // Not in the types. Without it, the report looks up the names of whoever is connected.
  const reporter = process.report as NodeJS.ProcessReport & { excludeNetwork?: boolean }
  const { excludeNetwork = false } = reporter
  reporter.excludeNetwork = true
  const report = reporter.getReport() as { userLimits?: { open_files?: { soft?: number | string } } }
  reporter.excludeNetwork = excludeNetwork
  const soft = Number(report.userLimits?.open_files?.soft)
  return soft > 0 ? soft : Infinity
}
