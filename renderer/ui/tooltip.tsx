import { Tooltip as Base } from '@base-ui/react/tooltip'
import type { ReactElement } from 'react'
import styles from './layers.module.css'

type Side = 'top' | 'bottom' | 'left' | 'right'

/** Escape is meant for what the control is in; the tooltip only goes along, and does not cost a press of its own. */
const goWithEscape = (_open: boolean, details: Base.Root.ChangeEventDetails): void => {
  if (details.reason === 'escape-key') details.allowPropagation()
}

/** Shows a text beside a control that is pointed at or focused. It never holds what is said nowhere else. */
export function Tooltip({ text, side = 'bottom', children }: { text: string; side?: Side; children: ReactElement }) {
  return (
    <Base.Root onOpenChange={goWithEscape}>
      <Base.Trigger render={children} delay={500} />
      <Base.Portal>
        <Base.Positioner side={side} sideOffset={6} className={styles['above']}>
          {/* What is pointed at has the same name already; saying it twice helps nobody. */}
          <Base.Popup aria-hidden className={styles['tooltip']}>
            {text}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
