import { List, Keyboard, Settings2, Waves } from 'lucide-react'
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react'
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels'
import { goTo, usePlace, type Place } from '../../store/place.ts'
import { useSelection } from '../../store/selection.ts'
import { shell as texts } from '../../texts/shell.ts'
import { Flows } from '../flows/index.tsx'
import { Inspector } from '../inspector/index.tsx'
import { Settings } from '../settings/index.tsx'
import { Toolbar } from '../toolbar/index.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import { hearMenu } from './menu.ts'
import styles from './shell.module.css'
import { Shortcuts } from './shortcuts.tsx'
import { StatusBar } from './status-bar.tsx'
import { Toasts } from './toasts.tsx'

/** With its editor it is as large as all the rest, so it comes when it is first looked at. */
const Modifiers = lazy(async () => ({ default: (await import('../modifiers/index.tsx')).Modifiers }))

/** As they stand in the rail; the keys 1, 2 and 3 go there. */
const views: readonly Place[] = [{ view: 'flows' }, { view: 'modifiers' }, { view: 'settings' }]

/** Everything in its place: toolbar, navigation, the view, status bar. */
export function Shell() {
  const { view } = usePlace()
  const [helping, setHelping] = useState(false)
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const command = event.ctrlKey || event.metaKey
      if (event.altKey) return
      const plain = !command && !isTyping(event.target)
      const place = plain && /^[1-3]$/.test(event.key) ? views[Number(event.key) - 1] : undefined
      if (place) goTo(place)
      else if (command && !event.shiftKey && event.key === ',') goTo({ view: 'settings' })
      else if (plain && event.key === '?') setHelping(true)
      else return
      event.preventDefault()
    }
    window.addEventListener('keydown', press)
    const deafen = hearMenu(() => setHelping(true))
    return () => {
      window.removeEventListener('keydown', press)
      deafen()
    }
  }, [])
  return (
    <div className={styles['shell']}>
      <Toolbar />
      <nav className={styles['rail']} aria-label={texts.navigation}>
        <RailButton name={texts.flows} place={{ view: 'flows' }} current={view}>
          <List size={18} aria-hidden />
        </RailButton>
        <RailButton name={texts.modifiers} place={{ view: 'modifiers' }} current={view}>
          <Waves size={18} aria-hidden />
        </RailButton>
        <RailButton name={texts.settings} place={{ view: 'settings' }} current={view}>
          <Settings2 size={18} aria-hidden />
        </RailButton>
        <button type="button" className={styles['help']} onClick={() => setHelping(true)} aria-label={texts.shortcuts}>
          <Keyboard size={18} aria-hidden />
        </button>
      </nav>
      <main className={styles['main']} aria-label={texts.main}>
        <ConnectionBanner />
        {view === 'flows' ? (
          <FlowsAndInspector />
        ) : view === 'settings' ? (
          <Settings />
        ) : (
          <Suspense fallback={<p />}>
            <Modifiers />
          </Suspense>
        )}
      </main>
      <StatusBar />
      <aside id="layers" className={styles['layers']} aria-label={texts.layers} />
      <Toasts />
      <Shortcuts open={helping} onClose={() => setHelping(false)} />
    </div>
  )
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

type RailProps = { name: string; place: Place; current: Place['view']; children: ReactNode }

function RailButton({ name, place, current, children }: RailProps) {
  return (
    <button
      type="button"
      aria-label={name}
      title={name}
      aria-current={place.view === current ? 'page' : undefined}
      onClick={() => goTo(place)}
    >
      {children}
    </button>
  )
}

function FlowsAndInspector() {
  const inspecting = useSelection((held) => held.inspecting)
  const { defaultLayout, onLayoutChanged } = useDefaultLayout({
    id: 'spillway.panes',
    panelIds: inspecting ? ['list', 'inspector'] : ['list'],
    storage: localStorage,
  })
  return (
    <Group className={styles['panes']} {...(defaultLayout && { defaultLayout })} onLayoutChanged={onLayoutChanged}>
      <Panel id="list" minSize={320} className={styles['pane']}>
        <Flows />
      </Panel>
      {inspecting && (
        <>
          <Separator className={styles['separator']} aria-label={texts.separator} />
          <Panel id="inspector" defaultSize="42%" minSize={320} className={styles['pane']}>
            <Inspector />
          </Panel>
        </>
      )}
    </Group>
  )
}
