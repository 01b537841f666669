import { goTo } from '../../../store/place.ts'
import styles from './shown.module.css'

type Props = {
  /** Its whole path, or its name. */
  file: string
  line?: number | undefined
  column?: number | undefined
  children: string
}

/** Goes to the modifier, and to the line in it. */
export function ModifierLink({ file, line, column, children }: Props) {
  return (
    <button
      type="button"
      className={styles['link']}
      onClick={() => {
        const place = line === undefined ? {} : { line, ...(column !== undefined && { column }) }
        goTo({ view: 'modifiers', file, ...place })
      }}
    >
      {children}
    </button>
  )
}
