/** Fuzzes one target in a thread, which can be ended when an input hangs. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { parentPort, workerData } from 'node:worker_threads'
import { readCorpus } from './corpus.ts'
import { fuzz } from './loop.ts'
import { minimise } from './minimise.ts'
import { targets } from './targets/index.ts'
import type { FromWorker, WorkerData } from './worker-messages.ts'

const minimiseMs = 20_000

// Whoever looks for growth must not see garbage.
setFlagsFromString('--expose-gc')
globalThis.gc = runInNewContext('gc') as typeof globalThis.gc

const { name, seed, ms, current } = workerData as WorkerData
const words = new Int32Array(current, 0, 2)
const bytes = new Uint8Array(current, 8)
const target = targets.find((one) => one.name === name)
if (!target) throw new Error(`no target is called ${name}`)

const until = performance.now() + ms
const report = await fuzz(target, {
  seed,
  corpus: readCorpus(name),
  done: () => performance.now() >= until,
  onInput: (input) => {
    bytes.set(input.subarray(0, bytes.length))
    words[1] = input.length
    Atomics.add(words, 0, 1)
  },
})
const finding = report.finding && (await minimise(target, report.finding, minimiseMs))
parentPort?.postMessage({ ...report, finding } satisfies FromWorker)
