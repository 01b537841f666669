/**
 * Spillway as users run it: capture on, and a line per flow (which goes to /dev/null). What runs is a copy of dist/,
 * so that a build in the middle of a run does not change what is measured.
 */
import { copyFileSync, cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from '../lab/tools.ts'
import type { Contestant } from './contestant.ts'

const built = join(root, 'dist')
const programIn = (folder: string): string => join(folder, 'dist', 'headless', 'spillway.js')
const caFiles = ['ca.pem', 'ca-key.pem']

const identity = `export const match = { path: '/modified/*' }
export default async function* (chunks: AsyncIterable<Uint8Array>) {
  for await (const chunk of chunks) yield chunk
}
`

export const spillway: Contestant = {
  name: 'spillway',
  form: 'forward',
  tools: [],
  modes: ['stream', 'early', 'modified'],
  work: { requests: 30_000, megabytes: 1000, multiplexed: 1000, hosts: 200 },
  version: () => execFileSync(process.execPath, [programIn(root), '--version'], { encoding: 'utf8' }).trim(),
  // Made on the first run ever and kept from there: starting with a CA is what users see.
  prepare({ lab, home }) {
    const kept = join(lab.folder, 'spillway-ca')
    if (!existsSync(join(kept, 'ca.pem'))) {
      cpSync(built, join(lab.folder, 'dist'), { recursive: true })
      // Says that .js files are modules, as in the installed package: finding out costs starting time.
      copyFileSync(join(root, 'package.json'), join(lab.folder, 'package.json'))
      mkdirSync(kept, { recursive: true, mode: 0o700 })
      execFileSync(process.execPath, [programIn(lab.folder), '--ca-dir', kept, '--print-ca'], {
        stdio: 'ignore',
        timeout: 10_000,
      })
    }
    writeFileSync(join(home, 'identity.ts'), identity)
    mkdirSync(join(home, 'ca'), { mode: 0o700 })
    for (const file of caFiles) copyFileSync(join(kept, file), join(home, 'ca', file))
  },
  command: ({ lab, home, ports, mode }) => [
    process.execPath,
    programIn(lab.folder),
    ...['--listen', `127.0.0.1:${ports.small.http}`],
    ...['--ca-dir', join(home, 'ca')],
    ...['--origin-ca', lab.certificates.originCa],
    ...(mode === 'stream' || mode === 'early' ? ['--stream', '1m'] : []),
    ...(mode === 'modified'
      ? ['--stream', '0', '--stream-unknown', 'now', '--modifier', join(home, 'identity.ts')]
      : []),
  ],
  caFile: ({ home }) => join(home, 'ca', 'ca.pem'),
}
