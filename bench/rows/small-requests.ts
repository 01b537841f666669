/** 1 KB responses over 32 keep-alive connections. */
import { scaled, type Row } from './row.ts'

const CONNECTIONS = 32

function row(scheme: 'http' | 'https', title: string, limit: number): Row {
  return {
    name: `${scheme}-1k`,
    title,
    figures: [
      {
        key: 'cpuUs',
        label: 'CPU per request',
        unit: 'µs',
        digits: 1,
        reach: [{ kind: 'times', of: 'haproxy', limit }],
      },
      { key: 'perSecond', label: 'requests per second', unit: '/s', digits: 0 },
    ],
    async measure(stage, contestant) {
      const { route, owned } = await stage.instance(contestant, 'default')
      const count = scaled(stage, contestant.work.requests)
      const job = { kind: 'requests', connections: CONNECTIONS, warm: count, count } as const
      return stage.lab.load({ ...job, route: route('requests', scheme), pid: owned.pid })
    },
  }
}

export const http1k = row('http', '1 KB over HTTP', 2.0)
export const https1k = row('https', '1 KB over intercepted HTTPS', 2.2)
