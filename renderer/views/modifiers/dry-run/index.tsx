/** The dry run: what the modifier makes of a body, chunk by chunk, without any traffic. */
import { Play, Square, X } from 'lucide-react'
import { useState } from 'react'
import type { ModifierRow } from '../../../../app/contract/modifiers.ts'
import { timeText } from '../../../texts/amounts.ts'
import { modifiers } from '../../../texts/modifiers.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { Segmented } from '../../../ui/segmented.tsx'
import { mostRows } from './compare/rows.ts'
import { Detail } from './detail.tsx'
import styles from './dry-run.module.css'
import { inputName, inputOf, useInput, type Speed } from './input.ts'
import { InputChoice } from './input-choice.tsx'
import { startRun, stopRun, useDryRun } from './run.ts'
import { StepTable } from './table.tsx'

const texts = modifiers.dryRun

const speeds: { value: Speed; label: string }[] = [
  { value: 'once', label: texts.once },
  { value: 'recorded', label: texts.recorded },
]

export function DryRun({ row, close }: { row: ModifierRow; close: () => void }) {
  const run = useDryRun()
  const input = useInput()
  const isMine = run.of?.id === row.id
  const isRunning = run.status === 'running'
  const hasRun = isMine && run.status !== 'none'
  const choosing = input.choosing || !hasRun
  const canRun = inputOf(input) !== undefined
  const start = (): void => void startRun(row.id, row.name)
  return (
    <section className={styles['dry-run']} aria-label={texts.region}>
      <header className={styles['top']}>
        <h3>{texts.title}</h3>
        <button
          type="button"
          className={styles['on']}
          aria-expanded={choosing}
          title={texts.change}
          onClick={() => useInput.setState({ choosing: hasRun && !choosing })}
        >
          {texts.on(hasRun && !choosing ? (run.of?.input ?? '') : inputName(input))}
        </button>
        <span className={styles['space']} />
        <Segmented
          name={texts.speed}
          choices={speeds}
          value={input.speed}
          onChange={(speed) => useInput.setState({ speed })}
        />
        {isRunning && isMine ? (
          <Button onClick={() => void stopRun()}>
            <Square size={12} aria-hidden /> {texts.stop}
          </Button>
        ) : (
          <Button
            look={hasRun && !choosing ? 'plain' : 'primary'}
            disabled={!canRun}
            title={canRun ? undefined : texts.chooseFirst}
            onClick={start}
          >
            <Play size={12} aria-hidden /> {hasRun ? texts.again : texts.run}
          </Button>
        )}
        <IconButton name={texts.close} onClick={close}>
          <X size={14} aria-hidden />
        </IconButton>
      </header>
      {choosing && <InputChoice run={start} />}
      {hasRun ? <Result /> : <p className={styles['quiet']}>{texts.before}</p>}
    </section>
  )
}

function Result() {
  const { rows, status, note, fault, live, run } = useDryRun()
  const [chosen, setChosen] = useState<{ index: number; of: typeof rows }>()
  const index = chosen?.of === rows ? chosen.index : undefined
  const row = index === undefined ? undefined : rows.rows[index]
  const { counts } = rows
  const words = { none: '', running: texts.waiting, ended: texts.ended, stopped: texts.stopped, broke: texts.broke }
  return (
    <>
      {fault !== undefined && (
        <p role="alert" className={styles['fault']}>
          {fault}
        </p>
      )}
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
        <span>
          {texts.summary(
            texts.chunks(counts.in, counts.bytesIn),
            texts.chunks(counts.out, counts.bytesOut),
            timeText(counts.ms),
          )}
        </span>
        {rows.rows.length >= mostRows && <span>{texts.tooMany(mostRows)}</span>}
      </footer>
    </>
  )
}
