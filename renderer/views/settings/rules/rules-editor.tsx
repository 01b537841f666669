import { Plus } from 'lucide-react'
import { useEffect, useRef, useState, type RefObject } from 'react'
import { settings } from '../../../texts/settings.ts'
import { Button } from '../../../ui/button.tsx'
import { useDrag } from '../../../ui/use-drag.ts'
import { usePlace } from '../../../store/place.ts'
import { change } from '../change/history.ts'
import { useKeptDraft } from '../fields/kept.ts'
import { controlId } from '../rows/ids.ts'
import { same, type Row } from '../rows/table.ts'
import { draftOf, emptyDraft, labelOf, type RuleDraft, type RuleField } from './rule-draft.ts'
import { RuleForm } from './rule-form.tsx'
import { RuleLine } from './rule-line.tsx'
import * as list from './rule-list.ts'
import type { Rules, StreamingRule } from './rule-list.ts'
import { unseen } from '../../../ui/unseen.ts'
import styles from './rules.module.css'
import { TryRules } from './try-rules.tsx'

const texts = settings.rules

/**
 * A rule being written: a new one, or `from` that was at `index` when its form was opened. Kept here, not in the form,
 * which changes its place when another window takes the line away that it stands in.
 */
type Editing = { index: number; from: StreamingRule | undefined; draft: RuleDraft; field: RuleField }

const childrenOf = (list: RefObject<HTMLElement | null>): Element[] => [...(list.current?.children ?? [])]

/** The ordered list: add, edit, duplicate, delete, move, switch, and try before and after. Every edit is applied at once. */
export function RulesEditor({ row, rules, locked }: { row: Row; rules: Rules; locked: boolean }) {
  const [editing, setEditing] = useKeptDraft<Editing>(row.key)
  const [fault, setFault] = useState<string>()
  const [told, setTold] = useState('')
  const lines = useRef<HTMLOListElement>(null)
  /** What is to be focused once the list is drawn anew: a line's button by the line's key, or the one below the list. */
  const wanted = useRef<{ line: string; act: string } | 'add' | undefined>(undefined)
  const keys = list.lineKeys(rules)

  useEffect(() => {
    const at = wanted.current
    if (!at) return
    const line = at !== 'add' && childrenOf(lines).find((child) => child.getAttribute('data-line') === at.line)
    const control = line
      ? line.querySelector<HTMLElement>(`[data-act="${at.act}"]`)
      : at === 'add' && document.getElementById(controlId(row.key))
    if (!control) return
    wanted.current = undefined
    control.focus()
  })

  const place = usePlace()
  const sought = place.view === 'settings' && place.key === row.key ? place.rule : undefined
  useEffect(() => {
    if (sought === undefined) return
    const line = lines.current?.children.item(sought)
    line?.scrollIntoView({ block: 'center' })
    line?.querySelector<HTMLElement>('[data-act="edit"]')?.focus({ preventScroll: true })
  }, [place, sought])

  const apply = async (next: Rules, label: string): Promise<boolean> => {
    const failed = await change({ [row.key]: next.length > 0 ? next : null }, label)
    setFault(failed?.message)
    if (failed) wanted.current = undefined
    return failed === undefined
  }

  const move = (from: number, to: number, act: string): void => {
    const rule = rules[from]
    const place = Math.max(0, Math.min(rules.length - 1, to))
    if (locked || !rule || place === from) return
    const next = list.moved(rules, from, place)
    const line = list.lineKeys(next)[place]
    if (line !== undefined) wanted.current = { line, act }
    void apply(next, texts.did.moved(labelOf(rule, from))).then((done) => {
      if (done) setTold(texts.moved(labelOf(rule, place), place + 1, rules.length))
    })
  }

  const drag = useDrag(lines, move)

  const remove = (index: number, rule: StreamingRule): void => {
    const next = list.removed(rules, index)
    const line = list.lineKeys(next)[Math.min(index, next.length - 1)]
    wanted.current = line === undefined ? 'add' : { line, act: 'remove' }
    void apply(next, texts.did.removed(labelOf(rule, index)))
  }

  /** What is being typed into one form is not lost to another: that one is shown instead. */
  const open = (next: Editing): void => {
    const begun = editing && !same(editing.draft, editing.from ? draftOf(editing.from) : emptyDraft)
    if (begun) lines.current?.parentElement?.querySelector<HTMLElement>('form input')?.focus()
    else setEditing(next)
  }

  const save = async ({ from, index }: Editing, rule: StreamingRule): Promise<boolean> => {
    const did = from ? texts.did.saved : texts.did.added
    const next = list.saved(rules, from, index, rule)
    const done = await apply(next, did(labelOf(rule, index)))
    if (done) close(from && list.lineKeys(next)[list.whereIs(next, rule, index) ?? -1])
    return done
  }

  /** Focus goes back to where the form was opened. */
  const close = (line: string | undefined): void => {
    setEditing(undefined)
    wanted.current = line === undefined ? 'add' : { line, act: 'edit' }
  }

  const at = editing?.from && list.whereIs(rules, editing.from, editing.index)
  const form = editing && (
    <RuleForm
      key={`${editing.index} ${JSON.stringify(editing.from)}`}
      from={editing.from}
      index={editing.index}
      draft={editing.draft}
      edit={(draft) => setEditing((now) => now && { ...now, draft })}
      field={editing.field}
      visit={(field) => setEditing((now) => now && { ...now, field })}
      isGone={editing.from !== undefined && at === undefined}
      listWith={(rule) => list.saved(rules, editing.from, editing.index, rule)}
      save={(rule) => save(editing, rule)}
      cancel={() => close(at === undefined ? undefined : keys[at])}
    />
  )

  return (
    <div className={styles['rules']}>
      {rules.length === 0 && !editing && <p className={styles['none']}>{texts.none}</p>}
      <ol ref={lines} className={styles['list']} aria-label={texts.list}>
        {rules.map((rule, index) => (
          <RuleLine
            key={keys[index]}
            lineKey={keys[index] ?? ''}
            rule={rule}
            index={index}
            count={rules.length}
            locked={locked}
            drag={drag}
            sought={index === sought}
            form={editing && at === index ? form : undefined}
            act={{
              move: (to, by) => move(index, to, by),
              edit: () => open({ index, from: rule, draft: draftOf(rule), field: 'host' }),
              remove: () => remove(index, rule),
              duplicate: () => void apply(list.duplicated(rules, index), texts.did.duplicated(labelOf(rule, index))),
              toggle: () => {
                const next = list.switched(rules, index)
                const line = list.lineKeys(next)[index]
                if (line !== undefined) wanted.current = { line, act: 'switch' }
                const did = rule.off ? texts.did.on : texts.did.off
                void apply(next, did(labelOf(rule, index)))
              },
            }}
          />
        ))}
      </ol>
      {at === undefined && form}
      {fault !== undefined && (
        <p role="alert" className={styles['fault']}>
          {fault}
        </p>
      )}
      <div className={styles['below']}>
        <Button
          id={controlId(row.key)}
          disabled={locked || editing !== undefined}
          onClick={() => open({ index: rules.length, from: undefined, draft: emptyDraft, field: 'host' })}
        >
          <Plus size={14} aria-hidden /> {texts.add}
        </Button>
        {!editing && <TryRules rules={rules} />}
      </div>
      <p role="status" className={unseen}>
        {told}
      </p>
    </div>
  )
}
