/**
 * HAProxy, the limit: a C reverse proxy that keeps nothing. One thread, connections to the origin pooled, TLS ended
 * and begun again; it makes certificates by server name for the row of new hosts. Buffers and the rest as installed.
 */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OriginPorts } from '../lab/origins.ts'
import type { Contestant, Setting } from './contestant.ts'

function config({ lab, ports, mode }: Setting): string {
  // Its default holds small pieces back for up to 200 ms to fill packets, which is right for everything but latency.
  const delaying = mode === 'default' || mode === 'stream'
  const { originCa, front, intercept } = lab.certificates
  const listen = (name: string, bind: string, server: string): string =>
    `listen ${name}\n  bind 127.0.0.1:${bind}\n  http-reuse always\n  server origin 127.0.0.1:${server}\n`
  const secure = (sni: string): string => `ssl verify required ca-file ${originCa} sni ${sni}`
  const named = secure(`str(${lab.names.manyHosts ? lab.names.origin : 'origin.test'})`)
  const pair = (name: 'small' | 'live', origin: OriginPorts): string =>
    listen(`${name}-http`, String(ports[name].http), String(origin.http)) +
    listen(`${name}-https`, `${ports[name].https} ssl crt ${front.both}`, `${origin.https} ${named}`) +
    listen(`${name}-http2`, `${ports[name].http2} ssl crt ${front.both} alpn h2`, `${origin.http2} ${named} alpn h2`)
  const minted = `ssl crt ${front.both} generate-certificates ca-sign-file ${intercept.both}`
  return `
global
  nbthread 1
  maxconn 2000
  ssl-default-bind-options ssl-min-ver TLSv1.3
  ssl-default-server-options ssl-min-ver TLSv1.3
defaults
  mode http
  timeout connect 5s
  timeout client 120s
  timeout server 120s
  ${delaying ? '' : 'option http-no-delay'}
${pair('small', lab.origins.small)}${pair('live', lab.origins.live)}${listen(
    'mint',
    `${ports.mint} ${minted}`,
    `${lab.origins.small.https} ${secure('ssl_fc_sni')}`,
  )}`
}

export const haproxy: Contestant = {
  name: 'haproxy',
  form: 'reverse',
  tools: ['haproxy'],
  modes: ['live', 'early'],
  work: { requests: 30_000, megabytes: 1000, multiplexed: 1000, hosts: 200 },
  version: () => /version (\S+?)[-\s]/.exec(execFileSync('haproxy', ['-v'], { encoding: 'utf8' }))?.[1] ?? '?',
  prepare: (setting) => writeFileSync(join(setting.home, 'haproxy.cfg'), config(setting)),
  command: ({ home }) => ['haproxy', '-db', '-f', join(home, 'haproxy.cfg')],
  caFile: ({ lab }) => lab.certificates.intercept.cert,
}
