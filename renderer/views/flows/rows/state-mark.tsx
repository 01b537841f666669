import type { ReactNode } from 'react'
import type { FlowState } from '../../../../app/contract/flow-row.ts'
import { states } from '../../../texts/flows.ts'
import styles from './rows.module.css'

/** Somebody has stopped it. */
const square = <rect x="4" y="4" width="8" height="8" rx="1" fill="none" stroke="currentColor" strokeWidth="1.5" />

/** Told by shape as well as by colour: none is another one in grey. */
const shapes: Record<FlowState, ReactNode> = {
  pending: <circle cx="8" cy="8" r="4" fill="none" stroke="currentColor" strokeWidth="1.5" strokeDasharray="2 2.2" />,
  held: <path d="M5.5 4v8M10.5 4v8" stroke="currentColor" strokeWidth="2.5" strokeLinecap="round" />,
  streaming: <circle cx="8" cy="8" r="4" fill="currentColor" />,
  tunnelled: <path d="M8 3l5 5-5 5-5-5z" fill="currentColor" />,
  done: <circle cx="8" cy="8" r="2.75" fill="none" stroke="currentColor" strokeWidth="1.25" />,
  failed: <path d="M4.5 4.5l7 7M11.5 4.5l-7 7" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />,
  left: (
    <path d="M4 8h5M9.5 4.5v7M12.5 4.5v7" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" fill="none" />
  ),
  killed: square,
  stopped: square,
}

/** The state of a flow in 16 px. What is alive has a halo, an element of its own so that its glow costs no painting. */
export function StateMark({ state }: { state: FlowState }) {
  return (
    <span className={styles['mark']} data-state={state} role="img" aria-label={states[state]} title={states[state]}>
      <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden>
        {shapes[state]}
      </svg>
    </span>
  )
}
