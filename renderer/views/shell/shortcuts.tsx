import { shell as texts, shortcuts } from '../../texts/shell.ts'
import { Dialog } from '../../ui/dialog.tsx'
import styles from './shell.module.css'

export function Shortcuts({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title={texts.shortcuts}>
      <dl className={styles['shortcuts']}>
        {shortcuts.map(({ keys, does }) => (
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
