/** HTTP/2 on both sides: one connection of the client, and what is asked for over it at once. */
import { scaled, type Row, type Stage } from './row.ts'

const MB = 1e6

export const http2of1k: Row = {
  name: 'h2-1k',
  title: '1 KB over HTTP/2, 32 streams',
  http2: true,
  figures: [
    {
      key: 'cpuUs',
      label: 'CPU per request',
      unit: 'µs',
      digits: 1,
      reach: [
        { kind: 'at-most', limit: 120 },
        { kind: 'times', of: 'mitmproxy', limit: 0.125 },
      ],
    },
    { key: 'perSecond', label: 'requests per second', unit: '/s', digits: 0 },
  ],
  async measure(stage, contestant) {
    const { route, owned } = await stage.instance(contestant, 'default')
    const count = scaled(stage, contestant.work.requests)
    const job = { kind: 'multiplexed-requests', streams: 32, warm: count, count } as const
    return stage.lab.load({ ...job, route: route('multiplexed-requests', 'http2'), pid: owned.pid })
  },
}

const figures: Row['figures'] = [
  {
    key: 'cpuMsPerGb',
    label: 'CPU per GB',
    unit: 'ms',
    digits: 0,
    reach: [{ kind: 'times', of: 'haproxy', limit: 1.2 }],
  },
  { key: 'mbPerSecond', label: 'throughput', unit: 'MB/s', digits: 0 },
]

/** Large responses: `of` says how many at once and how large, of what `megabytes` are given to this contestant. */
function large(
  name: string,
  title: string,
  of: (stage: Stage, megabytes: number) => { streams: number; warmBytes: number; bytes: number },
): Row {
  return {
    name,
    title,
    http2: true,
    figures,
    async measure(stage, contestant) {
      const { route, owned } = await stage.instance(contestant, 'stream')
      const kind = 'multiplexed-streams'
      const job = { kind, ...of(stage, contestant.work.multiplexed) } as const
      return stage.lab.load({ ...job, route: route(kind, 'http2'), pid: owned.pid })
    },
  }
}

export const http2of1g = large('h2-1g', '1 GB over HTTP/2', (stage, megabytes) => {
  const bytes = scaled(stage, megabytes) * MB
  return { streams: 1, warmBytes: Math.ceil(bytes / 10), bytes }
})

export const http2of10m = large('h2-100x10m', '100 streams of 10 MB over HTTP/2', (stage, megabytes) => {
  // Both above what is streamed for its size.
  return { streams: scaled(stage, megabytes / 10), warmBytes: 2 * MB, bytes: 10 * MB }
})
