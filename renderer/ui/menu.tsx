import { ContextMenu as BaseContext } from '@base-ui/react/context-menu'
import { Menu as Base } from '@base-ui/react/menu'
import { Check } from 'lucide-react'
import type { ReactElement } from 'react'
import { classes } from './classes.ts'
import styles from './layers.module.css'

/** What can be done; `checked` makes it a switch, after which the menu stays open. */
export type MenuEntry =
  | { name: string; act: () => void; keys?: string; danger?: boolean; off?: boolean }
  | { name: string; act: () => void; checked: boolean; off?: boolean; note?: string }
  | 'line'

function Entries({ entries }: { entries: readonly MenuEntry[] }) {
  return entries.map((entry, index) => {
    if (entry === 'line') return <Base.Separator key={`line ${index}`} className={styles['line']} />
    const { name, act, off = false } = entry
    if ('checked' in entry) {
      return (
        <Base.CheckboxItem
          key={name}
          className={styles['item']}
          checked={entry.checked}
          disabled={off}
          onCheckedChange={act}
          closeOnClick={false}
        >
          <span className={styles['mark']}>
            <Base.CheckboxItemIndicator>
              <Check size={14} aria-hidden />
            </Base.CheckboxItemIndicator>
          </span>
          {name}
          {entry.note !== undefined && <small className={styles['keys']}>{entry.note}</small>}
        </Base.CheckboxItem>
      )
    }
    return (
      <Base.Item
        key={name}
        className={classes(styles['item'], entry.danger && styles['danger'])}
        disabled={off}
        onClick={act}
      >
        {name}
        {entry.keys !== undefined && <kbd className={styles['keys']}>{entry.keys}</kbd>}
      </Base.Item>
    )
  })
}

/** The shell's landmark for what floats above it: outside of all landmarks a menu would be hard to find by ear. */
const layers = {
  get current(): HTMLElement | null {
    return document.getElementById('layers')
  },
}

type Props = { entries: readonly MenuEntry[]; onOpenChange?: (open: boolean) => void }

/** A menu below its button. */
export function Menu({ trigger, entries, onOpenChange }: Props & { trigger: ReactElement }) {
  return (
    <Base.Root {...(onOpenChange && { onOpenChange })}>
      <Base.Trigger render={trigger} />
      <Base.Portal container={layers}>
        <Base.Positioner sideOffset={4} align="start" collisionPadding={8} className={styles['above']}>
          <Base.Popup className={styles['menu']}>
            <Entries entries={entries} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

/** The menu of the right mouse button, and of the menu key, over `children`. */
export function ContextMenu({ children, entries, onOpenChange }: Props & { children: ReactElement }) {
  return (
    <BaseContext.Root {...(onOpenChange && { onOpenChange })}>
      <BaseContext.Trigger render={children} />
      <BaseContext.Portal container={layers}>
        <BaseContext.Positioner collisionPadding={8} className={styles['above']}>
          <BaseContext.Popup className={styles['menu']}>
            <Entries entries={entries} />
          </BaseContext.Popup>
        </BaseContext.Positioner>
      </BaseContext.Portal>
    </BaseContext.Root>
  )
}
