/** The list of modifiers in the order they are applied. */
import { Plus } from 'lucide-react'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import type { ModifierRow, ModifiersState } from '../../../../app/contract/modifiers.ts'
import { modifiers } from '../../../texts/modifiers.ts'
import { Button } from '../../../ui/button.tsx'
import { Popover } from '../../../ui/popover.tsx'
import { useDrag } from '../../../ui/use-drag.ts'
import { move, remove } from '../acts.ts'
import { useOpened } from '../../../store/opened.ts'
import { unseen } from '../../../ui/unseen.ts'
import styles from './list.module.css'
import { ModifierLine } from './modifier-line.tsx'
import { Starters } from './starters.tsx'
import { useWanted, want, wantNothing } from './wanted.ts'

const texts = modifiers.list

export function ModifierList({ state }: { state: ModifiersState }) {
  const opened = useOpened(({ id }) => id)
  const [told, setTold] = useState('')
  const lines = useRef<HTMLOListElement>(null)
  const box = useRef<HTMLElement>(null)
  const wanted = useWanted((held) => held.wanted)
  const fixed = state.rows.filter((row) => row.fixed)
  const free = state.rows.filter((row) => !row.fixed)

  useEffect(() => {
    const all = wanted ? [...(lines.current?.children ?? [])] : []
    const control = all
      .find((child) => child.getAttribute('data-line') === wanted?.line)
      ?.querySelector<HTMLElement>(`[data-act="${wanted?.act}"]`)
    if (!control) return
    control.focus()
    wantNothing()
  })

  const moveTo = async (id: string, to: number, act: string): Promise<void> => {
    want(id, act)
    const done = await move(id, to)
    const row = state.rows.find((each) => each.id === id)
    if (done && row) setTold(texts.moved(row.name, done.place + 1, done.of))
    else wantNothing()
  }
  const removeOne = (row: ModifierRow): void => {
    const at = free.indexOf(row)
    const next = free[at + 1] ?? free[at - 1]
    void remove(row, next?.id)
  }
  const drag = useDrag(lines, (from, to, act) => {
    const row = free[from]
    if (row) void moveTo(row.id, to, act)
  })

  const walk = (event: KeyboardEvent): void => {
    if (event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
    const all = [...(box.current?.querySelectorAll<HTMLElement>('[data-act="open"]') ?? [])]
    const at = all.findIndex((each) => each === event.target)
    if (at === -1) return
    event.preventDefault()
    all[at + (event.key === 'ArrowUp' ? -1 : 1)]?.focus()
  }

  return (
    <section ref={box} className={styles['list']} aria-label={modifiers.panel} onKeyDown={walk}>
      <div className={styles['head']}>
        <h1>{modifiers.panel}</h1>
        <New />
      </div>
      <div className={styles['scroll']}>
        {fixed.length > 0 && (
          <ol className={styles['lines']} aria-label={texts.fixedMark}>
            {fixed.map((row) => (
              <ModifierLine
                key={row.id}
                row={row}
                isOpen={row.id === opened}
                place={undefined}
                drag={drag}
                move={() => undefined}
                remove={() => undefined}
                wants={want}
              />
            ))}
          </ol>
        )}
        <ol ref={lines} className={styles['lines']} aria-label={texts.name}>
          {free.map((row, index) => (
            <ModifierLine
              key={row.id}
              row={row}
              isOpen={row.id === opened}
              place={{ index, of: free.length }}
              drag={drag}
              move={(to, act) => void moveTo(row.id, to, act)}
              remove={() => removeOne(row)}
              wants={want}
            />
          ))}
        </ol>
      </div>
      <p role="status" className={unseen}>
        {told}
      </p>
    </section>
  )
}

function New() {
  const [open, setOpen] = useState(false)
  return (
    <Popover
      title={texts.newTitle}
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button>
          <Plus size={14} aria-hidden /> {texts.new}
        </Button>
      }
    >
      <Starters onChosen={() => setOpen(false)} />
    </Popover>
  )
}
