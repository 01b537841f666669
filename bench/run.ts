/**
 * `npm run bench`: Spillway beside its peers, in one table on stdout. Progress goes to stderr, raw samples to
 * bench/results/. README.md says what the rows mean.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { contestants as allContestants } from './contestants/index.ts'
import { openLab } from './lab/lab.ts'
import { installTools } from './lab/tools.ts'
import { parseOptions } from './options.ts'
import { describeConditions } from './report/conditions.ts'
import { problemsOf, renderTable } from './report/table.ts'
import { rows as allRows } from './rows/index.ts'
import { runRounds, type Plan } from './rows/rounds.ts'

const options = parseOptions(process.argv.slice(2), {
  contestants: allContestants.map(({ name }) => name),
  rows: allRows.map(({ name }) => name),
})
const rows = allRows.filter(({ name }) => options.rows?.includes(name) ?? true)
const contestants = allContestants.filter(({ name, onlyLatency }) =>
  onlyLatency ? rows.some(({ latency }) => latency) : (options.only?.includes(name) ?? true),
)
const plan: Plan = {
  rounds: options.rounds,
  share: options.quick ? 0.1 : 1,
  rows,
  contestants,
  budgetMs: options.rounds * 110_000,
}
process.on('uncaughtException', (error) => {
  console.error(error.message)
  process.exit(1)
})
// The owned processes and the folder go in 'exit' handlers.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))

installTools({
  system: ['nginx', 'openssl', ...contestants.flatMap(({ tools }) => tools)],
  npm: contestants.some(({ npm }) => npm === true),
  spillway: contestants.some(({ name }) => name === 'spillway'),
})
const [loadBefore = 0] = loadavg()
if (loadBefore > 0.5)
  console.error(`Something else is running (load average ${loadBefore}): the figures will be noisy.`)
const started = performance.now()
const lab = await openLab()
const samples = await runRounds(lab, plan)

const table = renderTable(samples, plan.rows, contestants)
const conditions = describeConditions(
  lab,
  plan,
  new Set(samples.map(({ round }) => round)).size,
  (performance.now() - started) / 60_000,
  loadBefore,
)
console.log(`${table}\n\n${conditions}`)
const { refused, failed } = problemsOf(samples)
for (const problem of failed) console.log(`- failed: ${problem}`)
for (const problem of refused) console.log(`- ROW REFUSED, wrong bytes: ${problem}`)

const results = join(import.meta.dirname, 'results')
mkdirSync(results, { recursive: true })
const file = join(results, `${new Date().toISOString().replaceAll(':', '-').slice(0, 19)}.json`)
writeFileSync(file, JSON.stringify({ conditions, table, samples }, undefined, 1))
console.error(`raw samples: ${file}`)
const ownFailure = samples.some((sample) => 'failure' in sample && sample.contestant === 'spillway')
process.exit(refused.length > 0 || ownFailure ? 1 : 0)
