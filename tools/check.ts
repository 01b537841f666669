/** `npm run check`: format, lint, types, layers, dead code; all of them run, and every failure is shown. */
import { spawn } from 'node:child_process'
import { cpus } from 'node:os'

/** TypeScript 7 checks five times as fast; what has to be asked in a program (modifiers, the editor) is TypeScript 6. */
const native = 'node_modules/typescript-7/bin/tsc'

// The longest first.
const checks: [name: string, command: string, ...args: string[]][] = [
  ['format', 'prettier', '--check', '--log-level', 'warn', '--cache', '.'],
  ['lint', 'oxlint', '--type-aware', '--deny-warnings', '--report-unused-disable-directives'],
  ['types', 'node', native],
  ['types of the window', 'node', native, '-p', 'renderer'],
  ['layers', 'node', 'tools/check-layers.ts'],
  ['dead code', 'knip'],
]

function run([name, command, ...args]: (typeof checks)[number]): Promise<boolean> {
  const start = performance.now()
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' })
    let output = ''
    child.stdout.on('data', (data: Buffer) => (output += data.toString()))
    child.stderr.on('data', (data: Buffer) => (output += data.toString()))
    child.on('error', (error) => (output += error.message))
    child.on('close', (code) => {
      const seconds = ((performance.now() - start) / 1000).toFixed(1)
      console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`)
      if (code !== 0) console.log(output.trimEnd())
      resolve(code === 0)
    })
  })
}

const waiting = [...checks]
const results: boolean[] = []
async function worker(): Promise<void> {
  for (let next = waiting.shift(); next; next = waiting.shift()) results.push(await run(next))
}
await Promise.all(Array.from({ length: Math.max(2, cpus().length) }, worker))
process.exit(results.every(Boolean) ? 0 : 1)
