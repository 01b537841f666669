import type { ReactNode } from 'react'
import { classes } from './classes.ts'
import styles from './controls.module.css'

export type Tone = 'streamed' | 'buffered' | 'tunnelled' | 'held' | 'problem' | 'plain'

/** A word or two that say how a body was delivered, or another fact of that weight. */
export function Tag({ tone, title, children }: { tone: Tone; title?: string | undefined; children: ReactNode }) {
  return (
    <span className={classes(styles['tag'], styles[`tag-${tone}`])} title={title}>
      {children}
    </span>
  )
}
