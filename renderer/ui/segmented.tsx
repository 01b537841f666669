import { Toggle } from '@base-ui/react/toggle'
import { ToggleGroup } from '@base-ui/react/toggle-group'
import styles from './controls.module.css'

type Props<T extends string> = {
  name: string
  choices: readonly { value: T; label: string; off?: boolean }[]
  value: T
  onChange: (value: T) => void
}

/** One of a few, all in sight. Arrows move, Space chooses. */
export function Segmented<T extends string>({ name, choices, value, onChange }: Props<T>) {
  return (
    <ToggleGroup
      aria-label={name}
      className={styles['segmented']}
      value={[value]}
      onValueChange={([next]) => {
        // Pressing what is pressed leaves it so.
        if (next !== undefined) onChange(next)
      }}
    >
      {choices.map((choice) => (
        <Toggle key={choice.value} value={choice.value} disabled={choice.off ?? false} className={styles['segment']}>
          {choice.label}
        </Toggle>
      ))}
    </ToggleGroup>
  )
}
