/** mitmdump. It holds event streams back until they end unless every body of more than a byte is streamed. */
import { execFileSync } from 'node:child_process'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Contestant, Mode } from './contestant.ts'

const streaming: Record<Exclude<Mode, 'modified'>, readonly string[]> = {
  default: [],
  stream: ['--set', 'stream_large_bodies=1m'],
  live: ['--set', 'stream_large_bodies=1'],
  early: ['--set', 'stream_large_bodies=1m'],
}

export const mitmproxy: Contestant = {
  name: 'mitmproxy',
  form: 'forward',
  tools: ['mitmdump'],
  modes: ['stream', 'live', 'early'],
  work: { requests: 2500, megabytes: 256, multiplexed: 100, hosts: 50 },
  version: () => /Mitmproxy: (\S+)/.exec(execFileSync('mitmdump', ['--version'], { encoding: 'utf8' }))?.[1] ?? '?',
  prepare: ({ lab, home }) => copyFileSync(lab.certificates.intercept.both, join(home, 'mitmproxy-ca.pem')),
  command: ({ lab, home, ports, mode }) => [
    'mitmdump',
    '-q',
    ...['--listen-host', '127.0.0.1', '--listen-port', String(ports.small.http)],
    ...['--set', `confdir=${home}`],
    ...['--set', `ssl_verify_upstream_trusted_ca=${lab.certificates.originCa}`],
    ...streaming[mode === 'modified' ? 'default' : mode],
  ],
  caFile: ({ lab }) => lab.certificates.intercept.cert,
}
