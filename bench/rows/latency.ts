/** How much later bytes arrive: events every 5 ms, and the first byte of a large body. Both over HTTP. */
import { scaled, type Row } from './row.ts'

export const ticks: Row = {
  name: 'ticks',
  title: 'Event every 5 ms',
  latency: true,
  figures: [
    {
      key: 'p50Us',
      label: 'latency p50',
      unit: 'µs',
      digits: 0,
      overRelay: true,
      reach: [{ kind: 'at-most', limit: 40 }],
    },
    { key: 'p99Us', label: 'latency p99', unit: 'µs', digits: 0, overRelay: true },
  ],
  async measure(stage, contestant) {
    const { route, owned } = await stage.instance(contestant, 'live')
    const count = scaled(stage, 300)
    return stage.lab.load({
      kind: 'ticks',
      path: '/ticks',
      warm: 50,
      count,
      route: route('ticks', 'http'),
      pid: owned.pid,
    })
  },
}

export const firstByte: Row = {
  name: 'first-byte',
  title: 'First byte (rest 20 ms later)',
  latency: true,
  figures: [{ key: 'p50Ms', label: 'time p50', unit: 'ms', digits: 2 }],
  async measure(stage, contestant) {
    const { route, owned } = await stage.instance(contestant, 'early')
    const count = scaled(stage, 30)
    return stage.lab.load({ kind: 'first-byte', warm: 5, count, route: route('first-byte', 'http'), pid: owned.pid })
  },
}
