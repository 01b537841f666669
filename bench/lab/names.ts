/**
 * Host names for the origin that resolve without touching the machine: every proxy runs in a mount namespace of its
 * own, in which another file stands in place of /etc/hosts. Where that is not allowed, the origin is 127.0.0.1 and the
 * row of new hosts is left out.
 */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const originName = 'origin.test'
export const newHosts = Array.from({ length: 200 }, (_, index) => `h${index}.new.test`)
export const warmHosts = Array.from({ length: 20 }, (_, index) => `w${index}.new.test`)
export const certificateNames = [`DNS:${originName}`, 'DNS:*.new.test', 'IP:127.0.0.1']

export interface Names {
  /** The origin's host, in URLs. */
  readonly origin: string
  readonly manyHosts: boolean
  /** Put before a command to give it these names; the pid stays the command's. */
  readonly prefix: readonly string[]
}

export function makeNames(folder: string): Names {
  const hosts = join(folder, 'hosts')
  const names = ['localhost', originName, ...warmHosts, ...newHosts]
  writeFileSync(hosts, names.map((name) => `127.0.0.1 ${name}\n`).join(''))
  const user = process.getuid?.() === 0 ? [] : ['--map-root-user']
  const bind = 'mount --bind "$0" /etc/hosts && exec "$@"'
  const prefix = ['unshare', '--mount', ...user, 'sh', '-c', bind, hosts]
  const [program = '', ...args] = prefix
  const tried = spawnSync(program, [...args, 'getent', 'hosts', newHosts[0] ?? ''], { encoding: 'utf8' })
  if (tried.status === 0 && tried.stdout.startsWith('127.0.0.1')) return { origin: originName, manyHosts: true, prefix }
  return { origin: '127.0.0.1', manyHosts: false, prefix: [] }
}
