/** From samples to the numbers of the table: medians, ratios of the same round, and whether the goal is reached. */
import { median } from '../measure/statistics.ts'
import type { Figure, Reach, Row } from '../rows/row.ts'
import type { Sample } from '../rows/rounds.ts'

/** By round. */
type Values = ReadonlyMap<number, number>

export function valuesOf(samples: readonly Sample[], row: Row, figure: Figure, contestant: string): Values {
  const values = new Map<number, number>()
  for (const sample of samples) {
    if (sample.row !== row.name || sample.contestant !== contestant || !('figures' in sample)) continue
    const value = sample.figures[figure.key]
    if (value !== undefined) values.set(sample.round, value)
  }
  return values
}

/** `combine` of the two in every round both took part in: noise that hits a whole round cancels out. */
function paired(of: Values, other: Values, combine: (a: number, b: number) => number): number[] {
  return Array.from(of).flatMap(([round, value]) => {
    const against = other.get(round)
    return against === undefined ? [] : [combine(value, against)]
  })
}

const medianOf = (values: readonly number[]): number | undefined => (values.length === 0 ? undefined : median(values))

/** The table's figure; for one over the relay, what comes on top of it. */
export function figureOf(samples: readonly Sample[], row: Row, figure: Figure, contestant: string): number | undefined {
  const values = valuesOf(samples, row, figure, contestant)
  if (figure.overRelay === undefined || contestant === 'relay') return medianOf([...values.values()])
  return medianOf(paired(values, valuesOf(samples, row, figure, 'relay'), (a, b) => a - b))
}

export function timesOf(
  samples: readonly Sample[],
  row: Row,
  figure: Figure,
  name: string,
  other: string,
): number | undefined {
  const others = valuesOf(samples, row, figure, other)
  return medianOf(paired(valuesOf(samples, row, figure, name), others, (a, b) => a / b))
}

export interface Verdict {
  readonly goal: string
  /** Unset when a contestant it takes was not measured. */
  readonly reached: boolean | undefined
}

export function verdictOf(samples: readonly Sample[], row: Row, figure: Figure): Verdict | undefined {
  if (figure.reach === undefined) return undefined
  const all = figure.reach.map((reach) => verdictOn(samples, row, figure, reach))
  const missed = all.some(({ reached }) => reached === false)
  const unknown = all.some(({ reached }) => reached === undefined)
  return { goal: all.map(({ goal }) => goal).join(', '), reached: missed ? false : unknown ? undefined : true }
}

function verdictOn(samples: readonly Sample[], row: Row, figure: Figure, reach: Reach): Verdict {
  const { limit } = reach
  if (reach.kind === 'times') {
    const value = timesOf(samples, row, figure, 'spillway', reach.of)
    const goal = `≤ ${limit >= 1 ? limit.toFixed(1) : limit} × ${displayed[reach.of]}`
    return { goal, reached: value === undefined ? undefined : value <= limit }
  }
  const value = figureOf(samples, row, figure, 'spillway')
  const least = reach.kind === 'at-least'
  const goal = `${least ? '≥' : '≤'} ${figure.overRelay ? '+' : ''}${limit} ${figure.unit}`
  return { goal, reached: value === undefined ? undefined : least ? value >= limit : value <= limit }
}

const displayed = { haproxy: 'HAProxy', mitmproxy: 'mitmproxy' } as const
