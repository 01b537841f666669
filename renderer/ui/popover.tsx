import { Popover as Base } from '@base-ui/react/popover'
import type { ReactElement, ReactNode } from 'react'
import styles from './layers.module.css'

type Props = {
  /** The button that opens it. */
  trigger: ReactElement
  title: string
  /** For controlled use. */
  open?: boolean
  onOpenChange?: (open: boolean) => void
  align?: 'start' | 'center' | 'end'
  children: ReactNode
}

/** A panel beside its button; Escape and a click elsewhere close it, and focus goes back. */
export function Popover({ trigger, title, open, onOpenChange, align = 'start', children }: Props) {
  return (
    <Base.Root {...(open !== undefined && { open })} {...(onOpenChange && { onOpenChange })}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner side="bottom" align={align} sideOffset={8} collisionPadding={8} className={styles['above']}>
          <Base.Popup className={styles['popover']}>
            <Base.Title className={styles['title']}>{title}</Base.Title>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
