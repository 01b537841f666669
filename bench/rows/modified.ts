/** What a modifier costs that changes nothing: in a sandbox process, on the proxy's own core but where it is said. */
import { execFileSync } from 'node:child_process'
import type { Figures } from '../load/job.ts'
import { scaled, type Reach, type Row, type Stage } from './row.ts'
import type { Contestant } from '../contestants/contestant.ts'
import { processTree } from '../measure/cpu.ts'

const MB = 1e6
const atLeast = (limit: number): { reach: readonly Reach[] } => ({ reach: [{ kind: 'at-least', limit }] })

/** The same stream through the modifier and past it. */
async function streams(
  stage: Stage,
  contestant: Contestant,
  scheme: 'http' | 'https',
  chunk: number,
  megabytes: number,
): Promise<Figures> {
  const { route, owned } = await stage.instance(contestant, 'modified')
  const bytes = scaled(stage, megabytes) * MB
  const through = (prefix: string): Promise<Figures> => {
    const job = { kind: 'stream', path: `${prefix}/chunked/${chunk}`, warmBytes: Math.ceil(bytes / 5), bytes } as const
    return stage.lab.load({ ...job, route: route('stream', scheme), pid: owned.pid })
  }
  const past = await through('')
  const { mbPerSecond = 0, cpuMsPerGb = 0 } = await through('/modified')
  return { mbPerSecond, share: mbPerSecond / (past['mbPerSecond'] ?? 0), cpuMsPerGb }
}

function row(
  scheme: 'http' | 'https',
  size: string,
  chunk: number,
  megabytes: number,
  goals: readonly [speed: number | undefined, share?: number],
): Row {
  const [speed, share] = goals
  const where = scheme === 'http' ? 'HTTP' : 'intercepted HTTPS'
  return {
    name: `modified-${scheme === 'http' ? '' : 'https-'}${size}`,
    title: `Identity modifier, ${size.replace('k', ' KB')} chunks over ${where}`,
    onlySpillway: true,
    figures: [
      { key: 'mbPerSecond', label: 'throughput', unit: 'MB/s', digits: 0, ...(speed !== undefined && atLeast(speed)) },
      {
        key: 'share',
        label: 'of the same stream without',
        unit: '×',
        digits: 2,
        ...(share !== undefined && atLeast(share)),
      },
      { key: 'cpuMsPerGb', label: 'CPU per GB', unit: 'ms', digits: 0 },
    ],
    measure: (stage, contestant) => streams(stage, contestant, scheme, chunk, megabytes),
  }
}

export const modified64k = row('http', '64k', 64 * 1024, 1000, [500, 0.4])
export const modifiedHttps64k = row('https', '64k', 64 * 1024, 1000, [undefined, 0.6])
export const modified1k = row('http', '1k', 1024, 400, [150])

export const modifiedTicks: Row = {
  name: 'modified-ticks',
  title: 'Identity modifier, event every 5 ms',
  onlySpillway: true,
  figures: [
    { key: 'addedUs', label: 'added latency p50', unit: 'µs', digits: 0, reach: [{ kind: 'at-most', limit: 150 }] },
  ],
  async measure(stage, contestant) {
    const { route, owned } = await stage.instance(contestant, 'modified')
    const count = scaled(stage, 300)
    const through = async (path: string): Promise<number> => {
      const job = { kind: 'ticks', path, warm: 50, count, route: route('ticks', 'http'), pid: owned.pid } as const
      return (await stage.lab.load(job))['p50Us'] ?? 0
    }
    const past = await through('/ticks')
    return { addedUs: (await through('/modified/ticks')) - past }
  },
}

/**
 * Sandbox processes leave the proxy's core for these: where both run at once, each may be behind the other, and whoever
 * waits for room may be passed by.
 */
function moveSandboxes(proxy: number, cores: string): void {
  const [, ...sandboxes] = processTree(proxy)
  if (sandboxes.length === 0) throw new Error('the sandbox of the modifier is not running')
  for (const pid of sandboxes) execFileSync('taskset', ['-a', '-c', '-p', cores, String(pid)], { stdio: 'ignore' })
}

/** The last of these rows in its round, as nobody moves the sandbox back. */
export const modifiedFair: Row = {
  name: 'modified-fair',
  title: 'Identity modifier on another core, 50 streams at once',
  onlySpillway: true,
  figures: [
    {
      key: 'slowest',
      label: 'progress of the slowest against the mean',
      unit: '×',
      digits: 2,
      ...atLeast(0.5),
    },
    { key: 'mbPerSecond', label: 'throughput of all', unit: 'MB/s', digits: 0 },
  ],
  async measure(stage, contestant) {
    const { route, owned } = await stage.instance(contestant, 'modified')
    const bytes = scaled(stage, 20) * MB
    const job = { kind: 'fair', path: '/modified/chunked/65536', connections: 50, bytes } as const
    const run = { ...job, route: route('fair', 'http'), pid: owned.pid }
    // One stream for which the sandbox starts.
    await stage.lab.load({ ...run, connections: 1, bytes: 1 })
    moveSandboxes(owned.pid, stage.lab.cores.load)
    return stage.lab.load(run)
  },
}
