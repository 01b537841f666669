import { AlertDialog } from '@base-ui/react/alert-dialog'
import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { common } from '../texts/common.ts'
import { Button, IconButton } from './button.tsx'
import styles from './layers.module.css'

type Props = { open: boolean; onClose: () => void; title: string }

/** A panel over the window; Escape, the cross and a click beside it close it. */
export function Dialog({ open, onClose, title, children }: Props & { children: ReactNode }) {
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={styles['backdrop']} />
        <Base.Popup className={styles['dialog']}>
          <div className={styles['head']}>
            <Base.Title className={styles['title']}>{title}</Base.Title>
            <IconButton name={common.close} onClick={onClose}>
              <X size={16} aria-hidden />
            </IconButton>
          </div>
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

/** Asks once before something that cannot be taken back. */
export function Question({
  open,
  onClose,
  title,
  children,
  yes,
  onYes,
}: Props & { children: ReactNode; yes: string; onYes: () => void }) {
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={styles['backdrop']} />
        <AlertDialog.Popup className={styles['dialog']}>
          <AlertDialog.Title className={styles['title']}>{title}</AlertDialog.Title>
          <AlertDialog.Description className={styles['said']}>{children}</AlertDialog.Description>
          <div className={styles['answers']}>
            <Button onClick={onClose}>{common.cancel}</Button>
            <Button
              look="danger"
              onClick={() => {
                onYes()
                onClose()
              }}
            >
              {yes}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
