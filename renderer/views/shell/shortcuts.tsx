import { shell as texts, shortcutsFor } from '../../texts/shell.ts'
import { Dialog } from '../../ui/dialog.tsx'
import styles from './shell.module.css'

export function Shortcuts({ open, onClose }: { open: boolean; onClose: () => void }) {
  const mac = navigator.userAgent.includes('Mac')
  return (
    <Dialog open={open} onClose={onClose} title={texts.shortcuts}>
      <dl className={styles['shortcuts']}>
        {shortcutsFor(mac).map(({ keys, does }) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
