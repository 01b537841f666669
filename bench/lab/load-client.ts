/** The bench's side of the load process. */
import { join } from 'node:path'
import type { Figures, Job, JobResult } from '../load/job.ts'
import { WrongBytes } from '../load/pattern.ts'
import { startProcess } from '../measure/owned-process.ts'

/** Beyond the load process's own limit: it is stuck in a loop, which no contestant can be blamed for. */
const STUCK_MS = 90_000

export type Load = (job: Job) => Promise<Figures>

export function startLoadClient(folder: string, cores: string): Load {
  const program = join(import.meta.dirname, '..', 'load', 'client.ts')
  const command = ['taskset', '-c', cores, process.execPath, program]
  const owned = startProcess(command, join(folder, 'client.err'), true)
  return async (job) => {
    const result = await new Promise<JobResult>((resolve, reject) => {
      const stuck = setTimeout(() => reject(new Error('the load client is stuck')), STUCK_MS)
      const settle = (outcome: () => void) => (): void => {
        clearTimeout(stuck)
        owned.child.off('exit', died)
        outcome()
      }
      const died = settle(() => reject(new Error(owned.ended() ?? 'the load client ended')))
      owned.child.once('exit', died)
      // Only load/client.ts writes here.
      owned.child.once('message', (message) => settle(() => resolve(message as JobResult))())
      owned.child.send(job)
    })
    if (result.ok) return result.figures
    throw result.wrongBytes ? new WrongBytes(result.message) : new Error(result.message)
  }
}
