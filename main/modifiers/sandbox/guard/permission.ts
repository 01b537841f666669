import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'node:path'

/** Why the second wall does not stand, where the runtime has one: this thread must not reach files or processes. */
export function permissionProblem(expected: boolean): string | undefined {
  if (!expected) return undefined
  const { permission } = process as { permission?: { has(scope: string): boolean } }
  if (permission === undefined) return "the sandbox's thread is not within the permission model of this runtime"
  const open = ['fs.read', 'fs.write', 'child', 'worker'].filter((scope) => permission.has(scope))
  if (open.length > 0) return `the sandbox's thread may use ${open.join(', ')}`
  for (const read of [() => readFileSync(process.execPath), () => readdirSync(parse(process.execPath).root)]) {
    try {
      read()
      return "the sandbox's thread can read files"
    } catch {
      // As it must be.
    }
  }
  return undefined
}
