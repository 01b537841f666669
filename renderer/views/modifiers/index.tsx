/**
 * The modifiers: list, editor and dry run side by side. Loaded when it is first looked at; TypeScript, in a worker of its
 * own (types/), when the first file is open.
 */
import { useEffect, useState, useSyncExternalStore } from 'react'
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels'
import type { ModifiersState } from '../../../app/contract/modifiers.ts'
import { useConnection } from '../../client/index.ts'
import { modifiersNow, useModifiers } from '../../store/modifiers.ts'
import { useOpened } from '../../store/opened.ts'
import { usePlace } from '../../store/place.ts'
import { modifiers } from '../../texts/modifiers.ts'
import { DryRun } from './dry-run/index.tsx'
import { startRun } from './dry-run/run.ts'
import { Editor } from './editor/index.tsx'
import { save } from './editor/save.ts'
import { find, format } from './editor/shown.ts'
import { ModifierList } from './list/index.tsx'
import { Starters } from './list/starters.tsx'
import styles from './modifiers.module.css'
import { openModifier } from './open-files.ts'

export function Modifiers() {
  const state = useModifiers()
  const connection = useConnection()
  return (
    <div className={styles['modifiers']}>
      {state ? (
        <Panes state={state} />
      ) : (
        <p role="status" className={styles['waiting']}>
          {connection.status === 'connected' && modifiers.loading}
        </p>
      )}
    </div>
  )
}

function Panes({ state }: { state: ModifiersState }) {
  const opened = useOpened(({ id }) => id)
  const row = state.rows.find(({ id }) => id === opened)
  const [dry, setDry] = useState(false)
  const isWide = useMedia('(width >= 1180px)')
  const layout = useDefaultLayout({
    id: 'spillway.modifiers',
    panelIds: ['modifier-list', 'work'],
    storage: localStorage,
  })
  const work = useDefaultLayout({
    id: `spillway.modifiers.${isWide ? 'wide' : 'narrow'}`,
    panelIds: dry ? ['editor', 'dry-run'] : ['editor'],
    storage: localStorage,
  })
  useSentTo()
  const run = (): void => {
    if (!row) return
    setDry(true)
    void startRun(row)
  }
  useKeys(row?.id, run)
  return (
    <>
      {state.problem !== undefined && (
        <p role="alert" className={styles['problem']}>
          {modifiers.status.none}: {state.problem}
        </p>
      )}
      <Group
        className={styles['panes']}
        {...(layout.defaultLayout && { defaultLayout: layout.defaultLayout })}
        onLayoutChanged={layout.onLayoutChanged}
      >
        <Panel id="modifier-list" defaultSize={228} minSize={170} maxSize={420} className={styles['pane']}>
          <ModifierList state={state} />
        </Panel>
        <Separator className={styles['separator']} aria-label={modifiers.separators.list} />
        <Panel id="work" minSize={300} className={styles['pane']}>
          {row ? (
            <Group
              // No key by its direction: the editor would lose the focus, and everything else it is doing.
              orientation={isWide ? 'horizontal' : 'vertical'}
              className={styles['panes']}
              {...(work.defaultLayout && { defaultLayout: work.defaultLayout })}
              onLayoutChanged={work.onLayoutChanged}
            >
              <Panel id="editor" minSize={isWide ? 380 : 160} className={styles['pane']}>
                <Editor row={row} dryRun={run} />
              </Panel>
              {dry && (
                <>
                  <Separator className={styles['separator']} aria-label={modifiers.separators.dryRun} />
                  <Panel id="dry-run" defaultSize="46%" minSize={isWide ? 410 : 130} className={styles['pane']}>
                    <DryRun row={row} close={() => setDry(false)} />
                  </Panel>
                </>
              )}
            </Group>
          ) : (
            <Nothing isEmpty={state.rows.length === 0} />
          )}
        </Panel>
      </Group>
    </>
  )
}

function Nothing({ isEmpty }: { isEmpty: boolean }) {
  const { list } = modifiers
  return (
    <div className={styles['nothing']}>
      <h2>{isEmpty ? list.noneTitle : list.chooseTitle}</h2>
      <p>{isEmpty ? list.none : list.choose}</p>
      {isEmpty && <Starters />}
    </div>
  )
}

/** A place with a file opens it, and its line; without one, what was open stays. */
function useSentTo(): void {
  const place = usePlace()
  useEffect(() => {
    if (place.view !== 'modifiers' || place.file === undefined) return
    const { file, line, column } = place
    const rows = modifiersNow()?.rows ?? []
    const row = rows.find((each) => each.file === file) ?? rows.find(({ name }) => stem(name) === stem(file))
    if (row) openModifier(row.id, line === undefined ? undefined : { line, column })
  }, [place])
}

const stem = (name: string): string => name.replace(/\.[^.]*$/, '')

/** The editor's keys, wherever the focus is in here. */
function useKeys(id: string | undefined, run: () => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (id === undefined) return
      const command = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey
      const key = event.key.toLowerCase()
      if (command && key === 's') void save(id)
      else if (command && key === 'enter') run()
      else if (command && key === 'f') find()
      else if (event.altKey && event.shiftKey && event.code === 'KeyF') void format()
      else return
      event.preventDefault()
      event.stopPropagation()
    }
    // Before the list's own search hears it: whoever is in the modifiers searches the code.
    window.addEventListener('keydown', press, { capture: true })
    return () => window.removeEventListener('keydown', press, { capture: true })
  }, [id, run])
}

function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const media = matchMedia(query)
      media.addEventListener('change', changed)
      return () => media.removeEventListener('change', changed)
    },
    () => matchMedia(query).matches,
  )
}
