/**
 * `npm run fuzz [-- --minutes N] [--seed N] [target…]`: every target, or those that are named, one after the other, five
 * minutes each. What is found is minimised, written to the corpus and told; then the exit code is 1.
 */
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { keepFinding } from './corpus.ts'
import type { Finding } from './loop.ts'
import { targets } from './targets/index.ts'
import type { FromWorker, WorkerData } from './worker-messages.ts'

/** An input that is not over by then hangs. Minimising and the looks at memory are no inputs, and take less. */
const hangMs = 30_000
const longestInput = 256 * 1024

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: 'string', default: '5' }, seed: { type: 'string' } },
})
const minutes = Number(values.minutes)
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(values.seed)
const unknown = positionals.filter((name) => !targets.some((target) => target.name === name))
if (!(minutes > 0) || !Number.isSafeInteger(seed) || unknown.length > 0) {
  say(`Targets: ${targets.map(({ name }) => name).join(', ')}. --minutes and --seed are numbers.`)
  process.exit(2)
}

const chosen = targets.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
let found = 0
for (const { name } of chosen) {
  const { inputs, kinds, finding } = await run(name)
  say(`${name}: ${inputs} inputs of ${kinds} kinds${finding ? '' : ', nothing found'} (seed ${seed})`)
  if (!finding) continue
  found++
  say(`${finding.message}\n  ${JSON.stringify(finding.input.toString('latin1').slice(0, 2000))}`)
  say(`  kept as ${keepFinding(name, finding.input)}`)
}
process.exit(found > 0 ? 1 : 0)

async function run(name: string): Promise<{ inputs: number; kinds: number; finding: Finding | undefined }> {
  const current = new SharedArrayBuffer(8 + longestInput)
  const workerData: WorkerData = { name, seed, ms: minutes * 60_000, current }
  const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData })
  const counts = new Int32Array(current, 0, 2)
  let seen = -1
  const hung = Promise.withResolvers<Finding>()
  const watch = setInterval(() => {
    const begun = Atomics.load(counts, 0)
    if (begun === seen)
      hung.resolve({ ...lastInput(current), promise: 'hang', message: `hangs for ${hangMs / 1000} s` })
    seen = begun
  }, hangMs)
  try {
    return await new Promise((resolve, reject) => {
      worker.once('message', (report: FromWorker) => resolve(withBuffer(report))).once('error', reject)
      void hung.promise.then((finding) => resolve({ inputs: Atomics.load(counts, 0), kinds: 0, finding }))
    })
  } finally {
    clearInterval(watch)
    await worker.terminate()
  }
}

function lastInput(current: SharedArrayBuffer): { input: Buffer } {
  const length = new Int32Array(current, 0, 2)[1] ?? 0
  return { input: Buffer.from(new Uint8Array(current, 8, Math.min(length, longestInput))) }
}

/** A message has bytes, and no Buffer. */
function withBuffer(report: FromWorker): FromWorker {
  const { finding } = report
  return finding ? { ...report, finding: { ...finding, input: Buffer.from(finding.input) } } : report
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
