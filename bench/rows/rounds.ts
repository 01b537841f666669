/**
 * The rounds. Within one, every row is run through by all contestants in turn before the next row begins, and who
 * goes first changes from round to round: a slow minute of the machine hits everybody.
 */
import type { Contestant } from '../contestants/contestant.ts'
import type { Lab } from '../lab/lab.ts'
import type { Figures } from '../load/job.ts'
import { WrongBytes } from '../load/pattern.ts'
import type { Row } from './row.ts'
import { openStage } from './stage.ts'

export type Sample = { readonly round: number; readonly row: string; readonly contestant: string } & (
  { readonly figures: Figures } | { readonly failure: string; readonly wrongBytes: boolean }
)

export interface Plan {
  readonly rounds: number
  readonly share: number
  readonly rows: readonly Row[]
  readonly contestants: readonly Contestant[]
  /** No round begins after this many milliseconds. */
  readonly budgetMs: number
}

const rotate = <T>(list: readonly T[], by: number): T[] => [
  ...list.slice(by % list.length),
  ...list.slice(0, by % list.length),
]

const takesPart = (contestant: Contestant, row: Row): boolean =>
  (contestant.onlyLatency === undefined || row.latency === true) &&
  (row.http2 === undefined || contestant.noHttp2 === undefined) &&
  (row.onlySpillway === undefined || contestant.name === 'spillway')

function describe(figures: Figures): string {
  return Object.entries(figures)
    .map(([key, value]) => `${key} ${value.toPrecision(4)}`)
    .join('  ')
}

export async function runRounds(lab: Lab, plan: Plan): Promise<Sample[]> {
  const samples: Sample[] = []
  const deadline = performance.now() + plan.budgetMs
  for (let round = 0; round < plan.rounds && performance.now() < deadline; round++) {
    const stage = openStage(lab, plan.share)
    try {
      for (const row of plan.rows) {
        if (round >= (row.maxRounds ?? Infinity) || (row.manyHosts === true && !lab.names.manyHosts)) continue
        for (const contestant of rotate(plan.contestants, round)) {
          if (!takesPart(contestant, row)) continue
          const at = { round, row: row.name, contestant: contestant.name }
          try {
            const figures = await row.measure(stage, contestant)
            samples.push({ ...at, figures })
            console.error(`${round + 1}/${plan.rounds} ${row.name} ${contestant.name}: ${describe(figures)}`)
            await stage.tidy()
          } catch (error) {
            const failure = error instanceof Error ? error.message : String(error)
            samples.push({ ...at, failure, wrongBytes: error instanceof WrongBytes })
            console.error(`${round + 1}/${plan.rounds} ${row.name} ${contestant.name}: FAILED ${failure}`)
            await stage.tidy(contestant)
          }
        }
      }
    } finally {
      await stage.close()
    }
  }
  return samples
}
