/** Two sockets and a Node process between them: what latency costs before any proxy begins. */
import { join } from 'node:path'
import { root } from '../lab/tools.ts'
import type { Contestant } from './contestant.ts'

export const relay: Contestant = {
  name: 'relay',
  form: 'reverse',
  onlyLatency: true,
  tools: [],
  work: { requests: 0, megabytes: 0, multiplexed: 0, hosts: 0 },
  version: () => `Node ${process.versions.node}`,
  command: ({ lab, ports }) => [
    process.execPath,
    join(root, 'bench', 'load', 'relay.ts'),
    String(ports.live.http),
    String(lab.origins.live.http),
  ],
  caFile: ({ lab }) => lab.certificates.originCa,
}
