/**
 * The two origins: nginx for 1 KB responses and new hosts, our own for streams, events and first bytes. For HTTP/2, nginx
 * stands before the latter, too.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Protocol } from '../load/route.ts'
import { block } from '../load/pattern.ts'
import { freePorts } from '../measure/listening.ts'
import { startProcess, untilListening, type OwnedProcess } from '../measure/owned-process.ts'
import type { Certificates } from './certificates.ts'

/** By what is spoken there, on 127.0.0.1. */
export type OriginPorts = Readonly<Record<Protocol, number>>

export interface Origins {
  readonly small: OriginPorts
  readonly live: OriginPorts
}

export const originOf = {
  requests: 'small',
  'new-hosts': 'small',
  'multiplexed-requests': 'small',
  'multiplexed-streams': 'live',
  stream: 'live',
  fair: 'live',
  ticks: 'live',
  'first-byte': 'live',
} as const

/** Bodies over HTTP/2 are those of our own origin, in frames of the size that servers use mostly. */
const nginxConfig = (folder: string, { small: ports, live }: Origins, { origin }: Certificates): string => `
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
    listen 127.0.0.1:${ports.http2} ssl http2 backlog=1024;
    location = /1k { return 200 "${block.toString('latin1', 0, 1024)}"; }
  }
  upstream live { server 127.0.0.1:${live.http}; keepalive 100; }
  server {
    listen 127.0.0.1:${live.http2} ssl http2;
    http2_chunk_size 16k;
    location / {
      proxy_pass http://live;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffers 8 64k;
      proxy_buffer_size 64k;
      proxy_max_temp_file_size 0;
    }
  }
}
`

export async function startOrigins(folder: string, cores: string, certificates: Certificates): Promise<Origins> {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = await freePorts(6)
  const origins = { small: { http: a, https: b, http2: e }, live: { http: c, https: d, http2: f } }
  const home = join(folder, 'nginx')
  mkdirSync(home)
  writeFileSync(join(home, 'nginx.conf'), nginxConfig(home, origins, certificates))
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
