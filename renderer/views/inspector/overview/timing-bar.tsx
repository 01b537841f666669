import type { FlowDetail } from '../../../../app/contract/flow-detail.ts'
import { inspector } from '../../../texts/inspector.ts'
import { isRunning } from '../delivery/explain.ts'
import { useNow } from '../../flows/now.ts'
import { classes } from '../../../ui/classes.ts'
import { exactTime, timeText } from '../../../texts/amounts.ts'
import styles from './overview.module.css'
import { segmentsOf, setUpConnection, shares } from './timing-segments.ts'

const texts = inspector.overview

/** What the time went into: a bar, and each figure in words. The figures say all; the bar is for the eye alone. */
export function TimingBar({ flow }: { flow: FlowDetail }) {
  const { timings, originReused } = flow
  const running = isRunning(flow.state)
  const now = useNow(running)
  const segments = segmentsOf(flow, (now - timings.startedAt) * 1000)
  const parts = shares(segments)
  const total = segments.at(-1)?.to
  const started = new Date(timings.startedAt)
  return (
    <div className={styles['timings']}>
      <div className={styles['bar']} aria-hidden>
        {segments.map(({ phase, length }, index) => (
          <span
            key={phase}
            className={classes(styles['segment'], styles[phase])}
            style={{ width: `${parts[index] ?? 0}%` }}
            title={`${texts.phases[phase]}: ${exactTime(length)}`}
          />
        ))}
      </div>
      <ul className={styles['legend']}>
        {segments.map(({ phase, from, to, length, open }) => (
          <li key={phase} title={open ? undefined : `${exactTime(length)}: ${exactTime(from)} to ${exactTime(to)}`}>
            <span className={classes(styles['key'], styles[phase])} aria-hidden />
            {texts.phases[phase]} <b>{timeText(length / 1000)}</b>
          </li>
        ))}
        {total !== undefined && (
          <li title={running ? undefined : exactTime(total)}>
            <b>{running ? texts.soFar(timeText(total / 1000)) : texts.total(timeText(total / 1000))}</b>
          </li>
        )}
      </ul>
      {segments.length === 0 && <p className={styles['quiet']}>{texts.noTimings}</p>}
      {originReused && !setUpConnection(timings) && <p className={styles['quiet']}>{texts.reused}</p>}
      <p className={styles['quiet']}>
        {texts.started} <time dateTime={started.toISOString()}>{started.toLocaleString()}</time>
      </p>
    </div>
  )
}
