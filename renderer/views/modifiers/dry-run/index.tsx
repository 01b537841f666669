/** The dry run: what the modifier makes of a body, chunk by chunk, without any traffic. */
import { Play, Square, X } from 'lucide-react'
import type { ModifierRow } from '../../../../app/contract/modifiers.ts'
import { useFlowsVersion } from '../../../store/flows.ts'
import { modifiers } from '../../../texts/modifiers.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { Segmented } from '../../../ui/segmented.tsx'
import styles from './dry-run.module.css'
import { inputName, inputOf, isGone, useInput, type Speed } from './input.ts'
import { InputChoice } from './input-choice.tsx'
import { Result } from './result.tsx'
import { isOfOther, startRun, stopRun, useDryRun } from './run.ts'

const texts = modifiers.dryRun

const speeds: { value: Speed; label: string }[] = [
  { value: 'once', label: texts.once },
  { value: 'recorded', label: texts.recorded },
]

export function DryRun({ row, close }: { row: ModifierRow; close: () => void }) {
  const run = useDryRun()
  const input = useInput()
  // A flow may go while it is chosen.
  useFlowsVersion()
  const isMine = run.of?.id === row.id
  const hasRun = isMine && run.status !== 'none'
  // What was made of something else does not stand under its name.
  const hasResult = hasRun && !isOfOther(run, input)
  const choosing = input.choosing || !hasResult
  const gone = isGone(input)
  const canRun = inputOf(input) !== undefined && !gone
  const start = (): void => void startRun(row)
  return (
    <section className={styles['dry-run']} aria-label={texts.region}>
      <header className={styles['top']}>
        <h3>{texts.title}</h3>
        <button
          type="button"
          className={styles['on']}
          aria-expanded={choosing}
          title={texts.change}
          onClick={() => useInput.setState({ choosing: !choosing })}
        >
          {texts.on(hasResult ? (run.of?.inputName ?? '') : inputName(input))}
        </button>
        <span className={styles['space']} />
        <Segmented
          name={texts.speed}
          choices={speeds}
          value={input.speed}
          onChange={(speed) => useInput.setState({ speed })}
        />
        {run.status === 'running' && isMine ? (
          <Button className={styles['act']} onClick={() => void stopRun()}>
            <Square size={12} aria-hidden /> {texts.stop}
          </Button>
        ) : (
          <Button
            look={hasResult && !choosing ? 'plain' : 'primary'}
            className={styles['act']}
            disabled={!canRun}
            title={gone ? texts.flowGone : !canRun ? texts.chooseFirst : hasResult ? texts.runAgain : undefined}
            onClick={start}
          >
            <Play size={12} aria-hidden /> {texts.run}
          </Button>
        )}
        <IconButton name={texts.close} onClick={close}>
          <X size={14} aria-hidden />
        </IconButton>
      </header>
      {choosing && <InputChoice row={row} run={start} />}
      {hasResult ? <Result /> : <p className={styles['quiet']}>{gone ? texts.flowGone : texts.before}</p>}
    </section>
  )
}
