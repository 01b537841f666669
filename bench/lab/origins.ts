/** The two origins: nginx for 1 KB responses and new hosts, our own for streams, events and first bytes. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { block } from '../load/pattern.ts'
import { freePorts } from '../measure/listening.ts'
import { startProcess, untilListening, type OwnedProcess } from '../measure/owned-process.ts'
import type { Certificates } from './certificates.ts'

/** HTTP and HTTPS ports on 127.0.0.1. */
export interface OriginPorts {
  readonly http: number
  readonly https: number
}

export interface Origins {
  readonly small: OriginPorts
  readonly live: OriginPorts
}

export const originOf = {
  requests: 'small',
  'new-hosts': 'small',
  stream: 'live',
  fair: 'live',
  ticks: 'live',
  'first-byte': 'live',
} as const

const nginxConfig = (folder: string, ports: OriginPorts, { origin }: Certificates): string => `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr error;
events { worker_connections 4096; }
http {
  access_log off;
  client_body_temp_path ${folder}/t1; proxy_temp_path ${folder}/t2; fastcgi_temp_path ${folder}/t3;
  uwsgi_temp_path ${folder}/t4; scgi_temp_path ${folder}/t5;
  keepalive_requests 1000000000;
  keepalive_timeout 600s;
  default_type text/plain;
  ssl_certificate ${origin.cert};
  ssl_certificate_key ${origin.key};
  ssl_protocols TLSv1.3;
  server {
    listen 127.0.0.1:${ports.http} backlog=1024;
    listen 127.0.0.1:${ports.https} ssl backlog=1024;
    location = /1k { return 200 "${block.toString('latin1', 0, 1024)}"; }
  }
}
`

export async function startOrigins(folder: string, cores: string, certificates: Certificates): Promise<Origins> {
  const [a = 0, b = 0, c = 0, d = 0] = await freePorts(4)
  const origins = { small: { http: a, https: b }, live: { http: c, https: d } }
  const home = join(folder, 'nginx')
  mkdirSync(home)
  writeFileSync(join(home, 'nginx.conf'), nginxConfig(home, origins.small, certificates))
  const pin = ['taskset', '-c', cores]
  const start = (ports: OriginPorts, ...command: string[]): Promise<void> => {
    const owned: OwnedProcess = startProcess([...pin, ...command], join(folder, 'origins.err'))
    return Promise.all([untilListening(owned, ports.http), untilListening(owned, ports.https)]).then(() => undefined)
  }
  const program = join(import.meta.dirname, '..', 'load', 'origin.ts')
  const { cert, key } = certificates.origin
  await start(origins.small, 'nginx', '-p', home, '-e', 'stderr', '-c', join(home, 'nginx.conf'))
  await start(origins.live, process.execPath, program, String(c), String(d), cert, key)
  return origins
}
