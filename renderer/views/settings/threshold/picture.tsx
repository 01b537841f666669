import { useRef, type KeyboardEvent, type PointerEvent } from 'react'
import { formatSize } from '../../../../app/contract/size.ts'
import { settings } from '../../../texts/settings.ts'
import { classes } from '../../../ui/classes.ts'
import { shownBodies } from './bodies.ts'
import styles from './picture.module.css'
import { highestOf, placeOf, split, stepFrom, streams, thresholdAt, type Threshold } from './scale.ts'

const texts = settings.picture
const height = 112
const width = 300
const step = width / shownBodies

type Props = {
  bodies: readonly number[]
  threshold: Threshold
  locked: boolean
  /** Another threshold to look at; nothing is applied by it. */
  move: (threshold: Threshold) => void
  apply: () => void
}

function inWords(threshold: Threshold): string {
  if (threshold === null) return texts.nothing
  return threshold === 0 ? texts.everything : texts.larger(formatSize(threshold))
}

/** The last bodies as bars against the threshold, which is a slider: dragged, or moved by arrows, Page keys, Home and End. */
export function Picture({ bodies, threshold, locked, move, apply }: Props) {
  const slider = useRef<HTMLDivElement>(null)
  const highest = highestOf(bodies)
  const { held, streamed } = split(bodies, threshold)
  const place = placeOf(threshold, highest)
  const counts = bodies.length === 0 ? texts.none : texts.counts(bodies.length, held, streamed)

  const follow = (event: PointerEvent<HTMLDivElement>): void => {
    const { bottom, height: whole } = event.currentTarget.getBoundingClientRect()
    move(thresholdAt((bottom - event.clientY) / whole, highest))
  }
  const press = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') {
      apply()
      return
    }
    const next = afterKey(event.key, threshold, highest)
    if (next === undefined || locked) return
    event.preventDefault()
    move(next)
  }

  return (
    <figure className={styles['picture']}>
      <figcaption>
        <span className={styles['counts']}>{counts}</span>
        {/* As many lines as without bodies: the first one moves nothing. */}
        <span>{bodies.length === 0 ? texts.soon : texts.bySize}</span>
      </figcaption>
      <div
        className={classes(styles['field'], locked && styles['locked'])}
        onPointerDown={(event) => {
          if (locked || event.button !== 0) return
          // The mouse would take the focus away again.
          event.preventDefault()
          slider.current?.focus()
          event.currentTarget.setPointerCapture(event.pointerId)
          follow(event)
        }}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) follow(event)
        }}
      >
        <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={counts}>
          {bodies.map((size, index) => {
            const tall = Math.max(3, placeOf(size, highest) * height)
            const x = (shownBodies - bodies.length + index) * step
            const look = streams(size, threshold) ? styles['streamed'] : styles['held']
            return <rect key={index} className={look} x={x} y={height - tall} width={step * 0.7} height={tall} />
          })}
        </svg>
        <div
          ref={slider}
          role="slider"
          tabIndex={0}
          className={styles['line']}
          style={{ bottom: `${place * 100}%` }}
          aria-label={texts.slider}
          aria-orientation="vertical"
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(place * 100)}
          aria-valuetext={inWords(threshold)}
          aria-disabled={locked}
          onKeyDown={press}
        >
          <span className={classes(styles['label'], place > 0.8 && styles['below'])}>{inWords(threshold)}</span>
        </div>
      </div>
    </figure>
  )
}

function afterKey(key: string, threshold: Threshold, highest: number): Threshold | undefined {
  switch (key) {
    case 'ArrowUp':
    case 'ArrowRight':
      return stepFrom(threshold, 1, highest)
    case 'ArrowDown':
    case 'ArrowLeft':
      return stepFrom(threshold, -1, highest)
    case 'PageUp':
      return stepFrom(threshold, 1, highest, true)
    case 'PageDown':
      return stepFrom(threshold, -1, highest, true)
    case 'Home':
      return 0
    case 'End':
      return null
    default:
      return undefined
  }
}
