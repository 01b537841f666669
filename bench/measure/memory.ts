/** Memory from the operating system, in bytes, for a process and its children. */
import { readFileSync } from 'node:fs'
import { processTree } from './cpu.ts'

function statusBytes(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  return processTree(pid).reduce((sum, member) => {
    try {
      const line = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${member}/status`, 'latin1'))
      return sum + Number(line?.[1] ?? 0) * 1024
    } catch {
      // It ended since it was listed.
      return sum
    }
  }, 0)
}

/** Resident now. Pages shared with other processes (the Node binary's text) count in full. */
export const residentBytes = (pid: number): number => statusBytes(pid, 'VmRSS')

/** The most that was ever resident since the process started. */
export const peakBytes = (pid: number): number => statusBytes(pid, 'VmHWM')
