import { goTo } from '../../../store/place.ts'
import { inspector } from '../../../texts/inspector.ts'
import type { SettingKey } from '../delivery/explain.ts'
import styles from './shown.module.css'

/** Goes to the setting that decided. */
export function SettingLink({ setting }: { setting: SettingKey }) {
  return (
    <button
      type="button"
      className={styles['link']}
      onClick={() => {
        goTo({ view: 'settings', key: setting })
      }}
    >
      {inspector.delivery.change[setting]}
    </button>
  )
}
