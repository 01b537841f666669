/** The two interception libraries of the npm registry, each in the smallest program that forwards everything. */
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../lab/tools.ts'
import type { Contestant } from './contestant.ts'

const bench = join(root, 'bench')
const program = (name: string): string => join(bench, 'peers', `${name}.js`)

function installedVersion(name: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(bench, 'node_modules', name, 'package.json'), 'utf8'))
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '?'
}

export const mockttp: Contestant = {
  name: 'mockttp',
  form: 'forward',
  tools: [],
  npm: true,
  work: { requests: 6000, megabytes: 256, multiplexed: 200, hosts: 50 },
  version: () => installedVersion('mockttp'),
  command({ lab, ports }) {
    const { intercept, originCa } = lab.certificates
    // Its own option, additionalTrustedCAs, doubles its CPU per HTTPS request: Node's is the kinder way.
    const trust = ['env', `NODE_EXTRA_CA_CERTS=${originCa}`]
    return [...trust, process.execPath, program('mockttp'), String(ports.small.http), intercept.cert, intercept.key]
  },
  caFile: ({ lab }) => lab.certificates.intercept.cert,
}

export const httpMitmProxy: Contestant = {
  name: 'http-mitm-proxy',
  form: 'forward',
  noHttp2: true,
  tools: [],
  npm: true,
  // It makes an RSA key per host, in JavaScript: 200 of them take half a minute.
  work: { requests: 10_000, megabytes: 512, multiplexed: 0, hosts: 15 },
  version: () => installedVersion('http-mitm-proxy'),
  prepare({ lab, home }) {
    const { intercept } = lab.certificates
    for (const folder of ['certs', 'keys']) mkdirSync(join(home, folder))
    copyFileSync(intercept.cert, join(home, 'certs', 'ca.pem'))
    copyFileSync(intercept.key, join(home, 'keys', 'ca.private.key'))
    copyFileSync(intercept.publicKey, join(home, 'keys', 'ca.public.key'))
  },
  command: ({ lab, home, ports }) => [
    process.execPath,
    program('http-mitm-proxy'),
    String(ports.small.http),
    home,
    lab.certificates.originCa,
  ],
  caFile: ({ lab }) => lab.certificates.intercept.cert,
}
