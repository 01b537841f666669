/** How the open modifier does: problems, flows, chunks, bytes, times, errors; and the way to its console. */
import { SquareTerminal } from 'lucide-react'
import type { ModifierRow } from '../../../../app/contract/modifiers.ts'
import { modifiers } from '../../../texts/modifiers.ts'
import { classes } from '../../../ui/classes.ts'
import { useProblems } from '../editor/shown.ts'
import { toggleDrawer, useDrawer } from './drawer.tsx'
import styles from './live.module.css'

const texts = modifiers.live

export function Footer({ row: { stats } }: { row: ModifierRow }) {
  const count = useProblems(({ problems }) => problems.length)
  const errors = useProblems(({ problems }) => problems.some(({ severity }) => severity === 'error'))
  const open = useDrawer((held) => held.open)
  const { flows, chunksIn, chunksOut, bytesIn, bytesOut, medianMs, worstMs } = stats
  // The most telling first: where there is little room, the last are out of sight.
  const figures = [
    texts.flows(flows),
    texts.chunks(chunksIn, chunksOut),
    ...(medianMs === undefined || worstMs === undefined ? [] : [texts.times(medianMs, worstMs)]),
    texts.bytes(bytesIn, bytesOut),
  ]
  const all = flows === 0 ? [] : [...figures, ...(stats.errors > 0 ? [texts.errors(stats.errors)] : [])]
  return (
    <footer className={styles['footer']}>
      <button
        type="button"
        aria-expanded={open === 'problems'}
        className={classes(styles['open'], count > 0 && (errors ? styles['bad'] : styles['warned']))}
        onClick={() => toggleDrawer('problems')}
      >
        {count === 0 ? modifiers.problems.none : modifiers.problems.count(count)}
      </button>
      <div className={styles['figures']} role="group" aria-label={texts.region} title={all.join(', ')}>
        {flows === 0 ? (
          <span>{texts.notYet}</span>
        ) : (
          <>
            {stats.errors > 0 && <span className={styles['bad']}>{texts.errors(stats.errors)}</span>}
            {figures.map((figure) => (
              <span key={figure}>{figure}</span>
            ))}
          </>
        )}
      </div>
      <button
        type="button"
        aria-expanded={open === 'console'}
        className={styles['open']}
        onClick={() => toggleDrawer('console')}
      >
        <SquareTerminal size={13} aria-hidden /> {modifiers.console.name}
      </button>
    </footer>
  )
}
