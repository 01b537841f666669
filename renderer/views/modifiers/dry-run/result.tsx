/** What came of the run: what was different from traffic, the comparison, and its sum. */
import { useState } from 'react'
import { timeText } from '../../../texts/amounts.ts'
import { modifiers } from '../../../texts/modifiers.ts'
import { mostRows, type RunRows } from './compare/rows.ts'
import { Detail } from './detail.tsx'
import styles from './dry-run.module.css'
import { useDryRun } from './run.ts'
import { StepTable } from './table.tsx'

const texts = modifiers.dryRun

export function Result() {
  const { rows, status, note, misses, fault, live, run } = useDryRun()
  const [chosen, setChosen] = useState<{ index: number; of: typeof rows }>()
  const index = chosen?.of === rows ? chosen.index : undefined
  const row = index === undefined ? undefined : rows.rows[index]
  const words = { none: '', running: texts.waiting, ended: texts.ended, stopped: texts.stopped, broke: texts.broke }
  return (
    <>
      {fault !== undefined && (
        <p role="alert" className={styles['fault']}>
          {fault}
        </p>
      )}
      {misses.length > 0 && <p className={styles['quiet']}>{texts.wouldMiss(misses)}</p>}
      {note !== undefined && <p className={styles['quiet']}>{note}</p>}
      <StepTable
        key={run}
        rows={rows.rows}
        live={live}
        chosen={index}
        choose={(next) => setChosen(next === undefined ? undefined : { index: next, of: rows })}
      />
      {row && <Detail row={row} close={() => setChosen(undefined)} />}
      <footer className={styles['summary']}>
        <span role="status">{words[status]}</span>
        <Sum rows={rows} hasEnded={status === 'ended'} />
        {rows.rows.length >= mostRows && <span>{texts.tooMany(mostRows)}</span>}
      </footer>
    </>
  )
}

function Sum({ rows, hasEnded }: { rows: RunRows; hasEnded: boolean }) {
  const { counts } = rows
  const said = hasEnded && counts.in === 0 && counts.out === 0 && rows.rows.find((row) => row.kind === 'head')
  if (said && said.choice !== 'transform') return <span>{texts.headOnly[said.choice ?? 'none']}</span>
  const unchanged = hasEnded ? rows.unchanged : undefined
  return (
    <>
      <span>
        {texts.summary(
          texts.chunks(counts.in, counts.bytesIn),
          texts.chunks(counts.out, counts.bytesOut),
          timeText(counts.ms),
        )}
      </span>
      {unchanged && <span>{texts.unchanged[unchanged]}</span>}
    </>
  )
}
