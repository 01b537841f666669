/** What a user pays for having it running: starting, idling, and the most it needs while a large body passes. */
import { setTimeout as sleep } from 'node:timers/promises'
import { peakBytes, residentBytes } from '../measure/memory.ts'
import { scaled, type Row } from './row.ts'

const MB = 1e6

export const start: Row = {
  name: 'start',
  title: 'Start',
  figures: [
    { key: 'wallMs', label: 'until listening', unit: 'ms', digits: 0, reach: [{ kind: 'at-most', limit: 150 }] },
    { key: 'cpuMs', label: 'CPU until listening', unit: 'ms', digits: 0 },
  ],
  async measure(stage, contestant) {
    const { wallMs, cpuMs } = (await stage.fresh(contestant, 'default', true)).start
    return { wallMs, cpuMs }
  },
}

export const memory: Row = {
  name: 'memory',
  title: 'Memory',
  maxRounds: 3,
  figures: [
    { key: 'idleMb', label: 'idle', unit: 'MB', digits: 0, reach: [{ kind: 'at-most', limit: 80 }] },
    { key: 'peakMb', label: 'peak in a 1 GB stream', unit: 'MB', digits: 0 },
  ],
  async measure(stage, contestant) {
    const { route, owned } = await stage.fresh(contestant, 'stream')
    await sleep(1000)
    const idle = residentBytes(owned.pid)
    const bytes = scaled(stage, contestant.work.megabytes) * MB
    for (const scheme of ['http', 'https'] as const)
      await stage.lab.load({
        kind: 'stream',
        path: '/stream',
        warmBytes: 0,
        bytes,
        route: route('stream', scheme),
        pid: owned.pid,
      })
    return { idleMb: idle / MB, peakMb: peakBytes(owned.pid) / MB }
  },
}
