/**
 * CPU time from the operating system, in nanoseconds, for a process with all its threads and children.
 *
 * /proc/PID/task/TID/schedstat counts user and kernel time exactly, but forgets threads that have ended.
 * /proc/PID/stat remembers them, and reaped children, in ticks of 10 ms: it is taken when it says clearly more.
 */
import { readFileSync, readdirSync } from 'node:fs'

const TICK_NS = 10_000_000

/** Unset when the process or thread has ended between listing and reading it. */
function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return undefined
  }
}

/** The fields of /proc/PID/stat from the third (state) on: the second, the name, may hold spaces. */
function statFields(pid: number): string[] | undefined {
  const stat = readProc(`/proc/${pid}/stat`)
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
}

/** `pid` and all its descendants. */
export function processTree(pid: number): number[] {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const parent = Number(statFields(Number(name))?.[1] ?? 0)
    children.set(parent, [...(children.get(parent) ?? []), Number(name)])
  }
  const tree = [pid]
  for (const member of tree) tree.push(...(children.get(member) ?? []))
  return tree
}

function ownCpu(pid: number): number {
  let threads: string[]
  try {
    threads = readdirSync(`/proc/${pid}/task`)
  } catch {
    return 0
  }
  let exact = 0
  for (const thread of threads) exact += Number(readProc(`/proc/${pid}/task/${thread}/schedstat`)?.split(' ')[0] ?? 0)
  const fields = statFields(pid) ?? []
  // Fields 14 to 17 of proc_pid_stat(5).
  const [utime = 0, stime = 0, cutime = 0, cstime = 0] = fields.slice(11, 15).map(Number)
  const own = (utime + stime) * TICK_NS
  return (own > exact + 2 * TICK_NS ? own : exact) + (cutime + cstime) * TICK_NS
}

export const cpuNs = (pid: number): number => processTree(pid).reduce((sum, member) => sum + ownCpu(member), 0)
