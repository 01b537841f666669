/** The Markdown table. A row in which anybody's bytes were wrong is not in it. */
import type { Contestant } from '../contestants/contestant.ts'
import type { Figure, Row } from '../rows/row.ts'
import type { Sample } from '../rows/rounds.ts'
import { figureOf, timesOf, verdictOf } from './verdict.ts'

const cells = (...texts: string[]): string => `| ${texts.join(' | ')} |`
const grouped = (value: number, digits: number): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })

function cell(samples: readonly Sample[], row: Row, figure: Figure, name: string): string {
  const value = figureOf(samples, row, figure, name)
  if (value === undefined) return '–'
  if (figure.overRelay && name !== 'relay') return `${value < 0 ? '' : '+'}${grouped(value, figure.digits)}`
  const text = grouped(value, figure.digits)
  const times = figure.overRelay ? undefined : timesOf(samples, row, figure, name, 'haproxy')
  return times === undefined || name === 'haproxy' ? text : `${text} (${times.toPrecision(2)} ×)`
}

function line(samples: readonly Sample[], row: Row, figure: Figure, contestants: readonly Contestant[]): string {
  const verdict = verdictOf(samples, row, figure)
  const judged = { true: 'reached', false: '**missed**', undefined: 'not judged' }[String(verdict?.reached)] ?? ''
  const figures = contestants.map(({ name }) => cell(samples, row, figure, name))
  return cells(`${row.title}: ${figure.label}, ${figure.unit}`, ...figures, verdict?.goal ?? '', verdict ? judged : '')
}

export interface Problems {
  /** Rows left out, with who sent what. */
  readonly refused: readonly string[]
  /** Contestants that failed otherwise; their cells are medians of what is left, or empty. */
  readonly failed: readonly string[]
}

export function problemsOf(samples: readonly Sample[]): Problems {
  const tell = (wrongBytes: boolean): string[] =>
    samples.flatMap((sample) =>
      'failure' in sample && sample.wrongBytes === wrongBytes
        ? [`${sample.row}, ${sample.contestant}, round ${sample.round + 1}: ${sample.failure}`]
        : [],
    )
  return { refused: tell(true), failed: tell(false) }
}

export function renderTable(
  samples: readonly Sample[],
  rows: readonly Row[],
  contestants: readonly Contestant[],
): string {
  const wrong = new Set(samples.flatMap((sample) => ('failure' in sample && sample.wrongBytes ? [sample.row] : [])))
  const head = ['', ...contestants.map(({ name }) => name), 'to reach', '']
  const printed = rows.filter((row) => !wrong.has(row.name) && samples.some((sample) => sample.row === row.name))
  return [
    cells(...head),
    cells('---', ...contestants.map(() => '---:'), '---', '---'),
    ...printed.flatMap((row) => row.figures.map((figure) => line(samples, row, figure, contestants))),
  ].join('\n')
}
