import { Check } from 'lucide-react'
import { settings as texts } from '../../../texts/settings.ts'
import { useHistory } from './history.ts'
import styles from './change.module.css'

/** A tick at the row that was changed last, for as long as the message about it. */
export function AppliedMark({ settingKey }: { settingKey: string }) {
  const said = useHistory((history) => history.said)
  if (!said || said.problem || !said.keys.includes(settingKey)) return null
  // What is said is said by the message; this is for the eyes.
  return (
    <span key={said.id} className={styles['applied']} aria-hidden>
      <Check size={12} /> {texts.applied}
    </span>
  )
}
