/** An engine's process with one sandbox, whose process number it tells its parent. */
import { readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { Bench } from './bench.ts'

const bench = await Bench.open()
await bench.one('export default (chunks) => chunks')
rmSync(bench.folder, { recursive: true })
// Whoever is killed while it makes a process leaves a folder; this one is not.
while (readdirSync(tmpdir()).some((name) => name.startsWith('spillway-s-'))) await setTimeout(5)
process.send?.(bench.processes[0]?.pid)
