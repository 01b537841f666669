import { classes } from './classes.ts'
import styles from './controls.module.css'

type Props = {
  name: string
  on: boolean
  onChange: () => void
  off?: boolean
  id?: string
  describedBy?: string
  /** How focus finds it again after its line has moved. */
  act?: string
}

/** On or off, at once. What is locked can still be reached, so that its reason is heard. */
export function Switch({ name, on, onChange, off = false, id, describedBy, act }: Props) {
  return (
    <button
      type="button"
      role="switch"
      id={id}
      data-act={act}
      aria-checked={on}
      aria-disabled={off}
      aria-label={name}
      aria-describedby={describedBy}
      className={classes(styles['switch'], on && styles['on'])}
      onClick={() => {
        if (!off) onChange()
      }}
    >
      <span className={styles['knob']} />
    </button>
  )
}
