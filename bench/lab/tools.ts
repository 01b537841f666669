/** What must be installed before anything can be measured: system tools, npm peers, Spillway's own build. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '..', '..')

const packageOf = { haproxy: 'haproxy', mitmdump: 'mitmproxy', nginx: 'nginx-light', openssl: 'openssl' } as const
export type Tool = keyof typeof packageOf

const has = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0

function installSystemTools(tools: readonly Tool[]): void {
  const missing = tools.filter((tool) => !has(tool)).map((tool) => packageOf[tool])
  if (missing.length === 0) return
  const install = `apt-get install -y --no-install-recommends ${missing.join(' ')}`
  if (process.getuid?.() !== 0 || !has('apt-get'))
    throw new Error(`The bench needs ${missing.join(', ')}. On Debian: sudo ${install}`)
  console.error(install)
  // A freshly installed nginx or haproxy must not start serving as a daemon of its own.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  execFileSync('sh', ['-c', `apt-get update -qq && ${install}`], { stdio: ['ignore', 'ignore', 'inherit'], env })
}

function installNpmPeers(): void {
  const folder = join(root, 'bench')
  if (existsSync(join(folder, 'node_modules', 'mockttp'))) return
  console.error('npm ci in bench/')
  execFileSync('npm', ['ci', '--no-fund', '--no-audit'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
}

function buildSpillway(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
}

export function installTools(need: { system: readonly Tool[]; npm: boolean; spillway: boolean }): void {
  if (process.platform !== 'linux')
    throw new Error('The bench reads /proc and pins processes with taskset: it needs Linux.')
  if (!has('taskset') || !has('unshare')) throw new Error('The bench needs taskset and unshare (Debian: util-linux).')
  installSystemTools(need.system)
  if (need.npm) installNpmPeers()
  if (need.spillway) buildSpillway()
}
