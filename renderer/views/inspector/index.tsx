/** The inspector beside the list: everything about the selected flow. */
import type { KeyboardEvent } from 'react'
import { isPast } from '../../store/flows.ts'
import { closeInspector, useSelection } from '../../store/selection.ts'
import { inspector as texts } from '../../texts/inspector.ts'
import { FlowInspector } from './flow-inspector.tsx'
import styles from './inspector.module.css'
import { SeveralFlows } from './several-flows.tsx'
import { StateMessage } from './shown/state-message.tsx'

export function Inspector() {
  const focused = useSelection(({ focused }) => focused)
  const selected = useSelection(({ selected }) => selected)
  return (
    <section className={styles['inspector']} aria-label={texts.region} onKeyDown={closeOnEscape}>
      {selected.size > 1 ? (
        <SeveralFlows selected={selected} />
      ) : focused === undefined ? (
        <StateMessage title={texts.nothing.title} next={texts.nothing.next} />
      ) : isPast(focused) ? (
        <StateMessage title={texts.past.title} next={texts.past.next} />
      ) : (
        <FlowInspector key={focused} id={focused} />
      )}
    </section>
  )
}

/** Escape goes back to the list, unless something inside has a use for it: a search panel, a search that can be cleared. */
function closeOnEscape(event: KeyboardEvent): void {
  const { key, defaultPrevented, target } = event
  if (key !== 'Escape' || defaultPrevented) return
  if (target instanceof HTMLInputElement && target.value !== '') return
  closeInspector()
  document.querySelector<HTMLElement>('[role=grid]')?.focus()
}
