/** One response of 1 GB (10^9 bytes; less for slow peers, then scaled) on one connection, streamed. */
import { scaled, type Row } from './row.ts'

const MB = 1e6

function row(scheme: 'http' | 'https', title: string, limit: number): Row {
  return {
    name: `${scheme}-1g`,
    title,
    figures: [
      {
        key: 'cpuMsPerGb',
        label: 'CPU per GB',
        unit: 'ms',
        digits: 0,
        reach: [{ kind: 'times', of: 'haproxy', limit }],
      },
      { key: 'mbPerSecond', label: 'throughput', unit: 'MB/s', digits: 0 },
    ],
    async measure(stage, contestant) {
      const { route, owned } = await stage.instance(contestant, 'stream')
      const bytes = scaled(stage, contestant.work.megabytes) * MB
      const job = { kind: 'stream', path: '/stream', warmBytes: Math.ceil(bytes / 10), bytes } as const
      return stage.lab.load({ ...job, route: route('stream', scheme), pid: owned.pid })
    },
  }
}

export const http1g = row('http', '1 GB over HTTP', 1.0)
export const https1g = row('https', '1 GB over intercepted HTTPS', 1.5)
