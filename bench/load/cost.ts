/** What a piece of work cost the proxy. */
import { setTimeout as sleep } from 'node:timers/promises'
import { cpuNs } from '../measure/cpu.ts'

/** Long enough for the proxy's own aftermath (logging, batches, collecting garbage) to be counted with the work. */
const AFTERMATH_MS = 50

export async function costOf(pid: number, work: () => Promise<void>): Promise<{ cpu: number; wall: number }> {
  await sleep(AFTERMATH_MS)
  const cpu = cpuNs(pid)
  const start = process.hrtime.bigint()
  await work()
  const wall = Number(process.hrtime.bigint() - start)
  await sleep(AFTERMATH_MS)
  return { cpu: cpuNs(pid) - cpu, wall }
}
