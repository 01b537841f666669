import { Undo2 } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { SettingsState } from '../../../app/contract/contract.ts'
import { usePlace } from '../../store/place.ts'
import { settings as texts } from '../../texts/settings.ts'
import type { SectionId } from '../../texts/settings.ts'
import { Button } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { TextInput } from '../../ui/field.tsx'
import { undo, useHistory } from './change/history.ts'
import { ChangeMessage } from './change/message.tsx'
import { controlId, rowId } from './rows/ids.ts'
import { matches, wordsOf } from './rows/search.ts'
import { SettingRow } from './rows/setting-row.tsx'
import { isPanelKey, sections } from './rows/table.ts'
import { unseen } from '../../ui/unseen.ts'
import styles from './settings.module.css'

const sectionId = (id: SectionId): string => `settings-${id}`
/** A section counts as being read when its title is this close to the top, in pixels. */
const nearTop = 80

const firstControl = (inside: Element | null): HTMLElement | null =>
  inside?.querySelector<HTMLElement>('input, button:not(:disabled), [tabindex="0"]') ?? null

/** The sections with their settings, the search, and what is said about all of them. */
export function Panel({ state }: { state: SettingsState }) {
  const place = usePlace()
  const [query, setQuery] = useState({ text: '', place })
  const [current, setCurrent] = useState<SectionId>('streaming')
  const search = useRef<HTMLInputElement>(null)
  const page = useRef<HTMLDivElement>(null)
  const canUndo = useHistory(({ entries }) => entries.length > 0)
  // Who is sent to a setting must see it, whatever was searched before.
  const text = query.place === place ? query.text : ''
  const words = useMemo(() => wordsOf(text), [text])
  const shown = useMemo(() => {
    const found = sections.map((section) => ({ ...section, rows: section.rows.filter((row) => matches(row, words)) }))
    return found.filter(({ rows }) => rows.length > 0)
  }, [words])
  const here = shown.some(({ id }) => id === current) ? current : shown[0]?.id
  const count = shown.reduce((sum, { rows }) => sum + rows.length, 0)
  const sought = place.view === 'settings' && place.key !== undefined && isPanelKey(place.key) ? place.key : undefined

  const hasLine = place.view === 'settings' && place.rule !== undefined

  useEffect(() => {
    if (sought === undefined) return
    // A list brings the line that is sought into sight by itself.
    if (hasLine) return
    document.getElementById(rowId(sought))?.scrollIntoView({ block: 'center' })
    const control = document.getElementById(controlId(sought))
    const target = control?.matches('input, button') ? control : firstControl(control)
    target?.focus({ preventScroll: true })
    if (target instanceof HTMLInputElement) target.select()
  }, [place, sought, hasLine])

  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return
      const key = event.key.toLowerCase()
      if (key === 'f') {
        event.preventDefault()
        search.current?.select()
      }
      if (key !== 'z') return
      // Where something is being typed, the browser takes back the typing.
      const { target } = event
      if (target instanceof HTMLInputElement && target.dataset['undo'] !== 'panel') return
      event.preventDefault()
      void undo()
    }
    // Before the list's own search hears it: whoever is in the settings searches the settings.
    window.addEventListener('keydown', press, { capture: true })
    return () => window.removeEventListener('keydown', press, { capture: true })
  }, [])

  const look = (): void => {
    const top = page.current?.getBoundingClientRect().top ?? 0
    const above = shown.findLast(({ id }) => {
      const title = document.getElementById(sectionId(id))
      return title !== null && title.getBoundingClientRect().top <= top + nearTop
    })
    setCurrent(above?.id ?? shown[0]?.id ?? 'streaming')
  }

  const show = (id: SectionId): void => {
    const title = document.getElementById(sectionId(id))
    title?.scrollIntoView({ block: 'start' })
    title?.focus({ preventScroll: true })
  }

  return (
    <>
      <h1 className={unseen}>{texts.panel}</h1>
      <nav className={styles['sections']} aria-label={texts.sectionList}>
        {sections.map(({ id, title }) => (
          <button
            key={id}
            type="button"
            aria-current={id === here ? 'true' : undefined}
            disabled={!shown.some((section) => section.id === id)}
            className={classes(styles['section-link'], id === here && styles['current'])}
            onClick={() => show(id)}
          >
            {title}
          </button>
        ))}
      </nav>
      <div className={styles['side']}>
        <div className={styles['bar']}>
          <TextInput
            ref={search}
            type="search"
            className={styles['search']}
            aria-label={texts.search}
            placeholder={texts.search}
            value={text}
            onChange={(event) => setQuery({ text: event.target.value, place })}
            onKeyDown={(event) => {
              if (event.key === 'Escape') setQuery({ text: '', place })
              if (event.key !== 'Enter' && event.key !== 'ArrowDown') return
              event.preventDefault()
              firstControl(page.current?.querySelector('[id$="-control"]')?.parentElement ?? null)?.focus()
            }}
          />
          <span role="status" className={styles['count']}>
            {words.length > 0 && texts.found(count)}
          </span>
          <Button look="quiet" disabled={!canUndo} title={texts.undoKeys} onClick={() => void undo()}>
            <Undo2 size={14} aria-hidden /> {texts.undo}
          </Button>
        </div>
        <div ref={page} className={styles['page']} onScroll={look}>
          {state.problem !== undefined && (
            <p role="alert" className={styles['problem']}>
              {state.problem}
            </p>
          )}
          {shown.map(({ id, title, rows }) => (
            <section key={id} className={styles['section']} aria-labelledby={sectionId(id)}>
              <h2 id={sectionId(id)} tabIndex={-1}>
                {title}
              </h2>
              {rows.map((row) => (
                <SettingRow
                  key={row.key}
                  row={row}
                  state={state}
                  words={words}
                  sought={sought === row.key && !hasLine}
                />
              ))}
            </section>
          ))}
          {count === 0 && (
            <div className={styles['nothing']}>
              <p>{texts.noMatch(text.trim())}</p>
              <Button onClick={() => setQuery({ text: '', place })}>{texts.clearSearch}</Button>
            </div>
          )}
          <p className={styles['kept']}>
            {texts.applies} {texts.keptIn} <code>{state.file}</code>.
          </p>
        </div>
        <ChangeMessage />
      </div>
    </>
  )
}
