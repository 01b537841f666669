/**
 * Names of temporary folders, and the sweep of those whose run crashed. A name tells which process made the folder:
 * `spillway-PLACE-PID-START-RANDOM`. PLACE keeps containers apart that share a temporary folder but not their
 * process numbers; START tells a process from a later one that got the same number.
 */
import { createHash } from 'node:crypto'
import { lstat, readdir, readFile, readlink, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'

const form = /^spillway-([0-9a-f]{8})-(\d+)-(\d+)-[A-Za-z0-9]+$/

/** Seconds; where the system does not tell. */
const startedAt = Math.floor(Date.now() / 1000 - process.uptime())

/** What mkdtemp completes to a name that sweep() understands. */
export async function folderPrefix(): Promise<string> {
  return `spillway-${await place()}-${process.pid}-${(await startOf(process.pid)) ?? startedAt}-`
}

/**
 * Removes the folders in `parent` that runs of this user on this machine have left behind. Never rejects: what
 * cannot be looked at or removed stays. Resolves with how many were removed.
 */
export async function sweep(parent: string): Promise<number> {
  const names = await readdir(parent).catch(() => [])
  const here = await place()
  let removed = 0
  for (const name of names) {
    const [, where, pid, start] = form.exec(name) ?? []
    if (where !== here || !(await gone(Number(pid), Number(start)))) continue
    const path = join(parent, name)
    // Only our own folders: as root we would otherwise walk through a tree that someone else may change meanwhile.
    const stats = await lstat(path).catch(() => undefined)
    if (stats?.isDirectory() !== true || stats.uid !== (process.getuid?.() ?? stats.uid)) continue
    await rm(path, { recursive: true, force: true }).then(
      () => removed++,
      () => undefined,
    )
  }
  return removed
}

async function gone(pid: number, start: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return error instanceof Error && 'code' in error && error.code === 'ESRCH'
  }
  if (pid === process.pid) return start !== ((await startOf(pid)) ?? startedAt)
  const runningSince = await startOf(pid)
  return runningSince !== undefined && runningSince !== start
}

/** When a process started, in clock ticks since boot; undefined where there is no /proc to ask. */
async function startOf(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')
  // proc(5): the second field is the program's name in parentheses, which may hold anything; the 22nd is the start.
  const ticks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19])
  return Number.isSafeInteger(ticks) ? ticks : undefined
}

async function place(): Promise<string> {
  const namespace = await readlink('/proc/self/ns/pid').catch(() => '')
  return createHash('sha256').update(`${hostname()}\0${namespace}`).digest('hex').slice(0, 8)
}
