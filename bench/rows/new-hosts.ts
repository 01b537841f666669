/** Names never seen before: CONNECT, a certificate for it, two handshakes, one request. */
import { newHosts as names, warmHosts } from '../lab/names.ts'
import { scaled, type Row } from './row.ts'

export const newHosts: Row = {
  name: 'new-hosts',
  title: '200 new HTTPS hosts',
  manyHosts: true,
  figures: [
    { key: 'cpuMs', label: 'CPU per host', unit: 'ms', digits: 2, reach: [{ kind: 'at-most', limit: 4 }] },
    { key: 'wallMs', label: 'time per host, 4 at once', unit: 'ms', digits: 2 },
  ],
  async measure(stage, contestant) {
    // Fresh, so that no name of an earlier round is known; ports are other ones each time, names are not.
    const { route, owned } = await stage.fresh(contestant, 'default')
    const hosts = names.slice(0, scaled(stage, contestant.work.hosts))
    const warm = warmHosts.slice(0, Math.ceil(hosts.length / 10))
    return stage.lab.load({ kind: 'new-hosts', warm, hosts, route: route('new-hosts', 'https'), pid: owned.pid })
  },
}
