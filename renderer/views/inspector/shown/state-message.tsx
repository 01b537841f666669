import type { ReactNode } from 'react'
import styles from './shown.module.css'

/** A state in plain words with its next step, in the middle of what would be there. */
export function StateMessage({ title, next, children }: { title: string; next?: ReactNode; children?: ReactNode }) {
  return (
    <div className={styles['state']}>
      <p className={styles['title']}>{title}</p>
      {next !== undefined && next !== '' && <p className={styles['next']}>{next}</p>}
      {children}
    </div>
  )
}

/** Said only when it takes long enough to be noticed. */
export const Loading = ({ text }: { text: string }) => (
  <p className={styles['loading']} role="status">
    {text}
  </p>
)
