/**
 * The load process: one for the whole run, so that every contestant meets an equally warm client. Takes one job at a
 * time over IPC; it reads the proxy's CPU time itself, between warming up and the last byte, so that connecting,
 * handshakes and warming up stay out of the figures.
 */
import type { Figures, Job, JobResult } from './job.ts'
import { Trouble } from './job.ts'
import { runFair } from './jobs/fair.ts'
import { runFirstByte } from './jobs/first-byte.ts'
import { runMultiplexedRequests, runMultiplexedStreams } from './jobs/multiplexed.ts'
import { runNewHosts } from './jobs/new-hosts.ts'
import { runRequests } from './jobs/requests.ts'
import { runStream } from './jobs/stream.ts'
import { runTicks } from './jobs/ticks.ts'
import { WrongBytes } from './pattern.ts'

/** More than the slowest peer needs for the largest job. */
const LIMIT_MS = 60_000

function dispatch(job: Job, trouble: Trouble): Promise<Figures> {
  switch (job.kind) {
    case 'requests':
      return runRequests(job, trouble)
    case 'stream':
      return runStream(job, trouble)
    case 'ticks':
      return runTicks(job, trouble)
    case 'fair':
      return runFair(job, trouble)
    case 'first-byte':
      return runFirstByte(job, trouble)
    case 'multiplexed-requests':
      return runMultiplexedRequests(job, trouble)
    case 'multiplexed-streams':
      return runMultiplexedStreams(job, trouble)
    case 'new-hosts':
      return runNewHosts(job, trouble)
  }
}

async function run(job: Job): Promise<JobResult> {
  const trouble = new Trouble()
  const limit = setTimeout(() => trouble.fail(new Error(`not done after ${LIMIT_MS / 1000} s`)), LIMIT_MS)
  try {
    return { ok: true, figures: await trouble.race(dispatch(job, trouble)) }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { ok: false, wrongBytes: error instanceof WrongBytes, message }
  } finally {
    clearTimeout(limit)
    trouble.close()
  }
}

process.on('message', (job: Job) => {
  void run(job).then((result) => process.send?.(result))
})
process.on('disconnect', () => process.exit(0))
