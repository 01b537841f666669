/**
 * The settings panel. Its rows come from the table of options (rows/table.ts); every change goes through
 * change/history.ts, applies at once and can be taken back.
 */
import { useConnection, type Connection } from '../../client/index.ts'
import { useSettings } from '../../store/settings.ts'
import { settings as texts } from '../../texts/settings.ts'
import { Panel } from './panel.tsx'
import styles from './settings.module.css'

/** Everything a user can set. A place with a key brings that setting into sight and focuses it. */
export function Settings() {
  const state = useSettings()
  const connection = useConnection()
  return (
    <section className={styles['settings']} aria-label={texts.panel}>
      {state ? <Panel state={state} /> : <Waiting connection={connection} />}
    </section>
  )
}

function Waiting({ connection }: { connection: Connection }) {
  return (
    <p role="status" className={styles['waiting']}>
      {connection.status === 'connected' ? texts.loading : problemOf(connection)}
    </p>
  )
}

function problemOf(connection: Connection): string {
  if (connection.status === 'refused') return texts.refused(connection.problem)
  return connection.status === 'lost' ? texts.lost : texts.connecting
}
