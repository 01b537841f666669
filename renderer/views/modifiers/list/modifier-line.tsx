/** One modifier in the list: its switch, what it runs on, how it is, and everything that can be done with it. */
import { CircleAlert, GripVertical, Lock, MoreHorizontal, Skull } from 'lucide-react'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import type { ModifierRow } from '../../../../app/contract/modifiers.ts'
import { isOn } from '../../../store/modifiers.ts'
import { keys } from '../../../texts/common.ts'
import { modifiers } from '../../../texts/modifiers.ts'
import { IconButton } from '../../../ui/button.tsx'
import { classes } from '../../../ui/classes.ts'
import { TextInput } from '../../../ui/field.tsx'
import { ContextMenu, Menu, type MenuEntry } from '../../../ui/menu.tsx'
import { Switch } from '../../../ui/switch.tsx'
import type { Drag } from '../../../ui/use-drag.ts'
import { duplicate, rename, toggle } from '../acts.ts'
import { matchSummary } from '../match-text.ts'
import { openModifier, useUnsaved } from '../open-files.ts'
import styles from './list.module.css'

const texts = modifiers.list

type Props = {
  row: ModifierRow
  isOpen: boolean
  /** Its place among those that can be moved, and of how many; undefined: it is fixed. */
  place: { index: number; of: number } | undefined
  drag: Drag
  move: (to: number, act: string) => void
  remove: () => void
  /** What is to have the focus when the list is drawn next. */
  wants: (id: string, act: string) => void
}

export function ModifierLine({ row, isOpen, place, drag, move, remove, wants }: Props) {
  const [renaming, setRenaming] = useState(false)
  const unsaved = useUnsaved(row.id)
  const on = isOn(row)
  const look = place && drag.look(place.index)
  const entries = entriesOf(row, place, { move, remove, rename: () => setRenaming(true) })
  const close = (id: string): void => {
    wants(id, 'open')
    setRenaming(false)
  }
  const press = (event: KeyboardEvent): void => {
    if (renaming) return
    if (event.altKey && place && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      const focused = event.target instanceof Element ? event.target.closest('[data-act]') : null
      move(place.index + (event.key === 'ArrowUp' ? -1 : 1), focused?.getAttribute('data-act') ?? 'open')
    } else if (event.key === 'F2' && row.kept) setRenaming(true)
    else if ((event.key === 'Delete' || (event.key === 'Backspace' && event.metaKey)) && !row.fixed) remove()
    else return
    event.preventDefault()
  }
  return (
    <li
      data-line={row.id}
      className={classes(styles['line'], isOpen && styles['open'], look?.className)}
      style={look?.style}
      onKeyDown={press}
    >
      <ContextMenu entries={entries}>
        <div className={styles['row']}>
          {place ? (
            <button
              type="button"
              data-act="drag"
              aria-label={texts.drag(row.name)}
              className={styles['grip']}
              {...drag.handle(place.index)}
            >
              <GripVertical size={12} aria-hidden />
            </button>
          ) : (
            <Lock size={12} aria-label={texts.fixedMark} className={styles['lock']} />
          )}
          <Switch
            act="switch"
            name={texts.switch(row.name)}
            on={on}
            off={row.fixed}
            onChange={() => void toggle(row)}
          />
          {renaming ? (
            <Rename row={row} close={close} />
          ) : (
            <button
              type="button"
              data-act="open"
              aria-current={isOpen ? 'true' : undefined}
              title={row.fixed ? `${row.file}\n${texts.fixed}` : row.file}
              className={styles['said']}
              onClick={() => openModifier(row.id)}
              onDoubleClick={() => openModifier(row.id, 'focus')}
            >
              <span className={styles['name']}>
                <span>{row.name}</span>
                {unsaved && (
                  <i className={styles['unsaved']} role="img" aria-label={texts.unsaved} title={texts.unsaved} />
                )}
                <State row={row} />
              </span>
              <small>{matchSummary(row)}</small>
            </button>
          )}
          {/* The field of a new name needs its room. */}
          {!renaming && (
            <Menu
              entries={entries}
              trigger={
                <IconButton data-act="more" name={texts.more(row.name)} className={styles['more'] ?? ''}>
                  <MoreHorizontal size={14} aria-hidden />
                </IconButton>
              }
            />
          )}
        </div>
      </ContextMenu>
    </li>
  )
}

/**
 * Only what needs a look: that one runs, or is off, its switch says. Types have no mark here: one with faults in them
 * runs all the same, and only of the one that is open anybody knows them; its footer counts them.
 */
function State({ row }: { row: ModifierRow }) {
  const { help } = modifiers.status
  if (row.status === 'killed') return <Skull size={12} className={styles['bad']} aria-label={help.killed} />
  if (row.problem) return <CircleAlert size={12} className={styles['bad']} aria-label={row.problem.message} />
  return null
}

type Acts = Pick<Props, 'move' | 'remove'> & { rename: () => void }

function entriesOf(row: ModifierRow, place: Props['place'], { move, remove, rename }: Acts): MenuEntry[] {
  return [
    { name: texts.rename, keys: 'F2', off: !row.kept, act: rename },
    { name: texts.duplicate, act: () => void duplicate(row) },
    'line',
    {
      name: texts.up,
      keys: 'Alt ↑',
      off: !place || place.index === 0,
      act: () => place && move(place.index - 1, 'more'),
    },
    {
      name: texts.down,
      keys: 'Alt ↓',
      off: !place || place.index === place.of - 1,
      act: () => place && move(place.index + 1, 'more'),
    },
    'line',
    {
      name: row.kept ? texts.remove : texts.takeOff,
      keys: keys.delete,
      danger: true,
      off: row.fixed,
      act: remove,
    },
  ]
}

function Rename({ row, close }: { row: ModifierRow; close: (id: string) => void }) {
  const [name, setName] = useState(row.name)
  const [problem, setProblem] = useState<string>()
  const input = useRef<HTMLInputElement>(null)
  const asking = useRef(false)
  useEffect(() => {
    const field = input.current
    field?.focus()
    field?.setSelectionRange(0, Math.max(0, row.name.lastIndexOf('.')))
  }, [row.name])
  const apply = async (): Promise<void> => {
    // Its field loses the focus when the list is drawn anew, behind an Enter that has not been answered.
    if (asking.current) return
    asking.current = true
    const done = await rename(row, name)
    asking.current = false
    if ('id' in done) close(done.id)
    else setProblem(done.problem)
  }
  return (
    <div className={styles['rename']}>
      <TextInput
        ref={input}
        value={name}
        aria-label={texts.renameTo(row.name)}
        aria-invalid={problem !== undefined}
        aria-describedby={problem === undefined ? undefined : 'rename-problem'}
        onChange={(event) => setName(event.target.value)}
        onBlur={() => (name.trim() === row.name || problem !== undefined ? close(row.id) : void apply())}
        onKeyDown={(event) => {
          if (event.key === 'Enter') void apply()
          else if (event.key === 'Escape') close(row.id)
          else return
          event.preventDefault()
          event.stopPropagation()
        }}
      />
      {problem !== undefined && (
        <p id="rename-problem" role="alert" className={styles['problem']}>
          {problem}
        </p>
      )}
    </div>
  )
}
