import { Plus } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { settingsTexts } from '../../../texts/settings.ts'
import { Button } from '../../../ui/button.tsx'
import { change } from '../change/history.ts'
import { controlId } from '../rows/ids.ts'
import type { Row } from '../rows/table.ts'
import { draftOf, emptyDraft, labelOf, type RuleDraft, type RuleField } from './rule-draft.ts'
import { RuleForm } from './rule-form.tsx'
import { RuleLine } from './rule-line.tsx'
import * as list from './rule-list.ts'
import type { Rules, StreamingRule } from './rule-list.ts'
import styles from './rules.module.css'
import { TryRules } from './try-rules.tsx'
import { useDrag } from './use-drag.ts'

const texts = settingsTexts.rules

/**
 * A rule being written: a new one, or `from` that was at `index` when its form was opened. Kept here, not in the form,
 * which changes its place when another window takes the line away that it stands in.
 */
type Editing = { index: number; from: StreamingRule | undefined; draft: RuleDraft; field: RuleField }

/** The ordered list: add, edit, duplicate, delete, move, switch, and try before and after. Every edit is applied at once. */
export function RulesEditor({ row, rules, locked }: { row: Row; rules: Rules; locked: boolean }) {
  const [editing, setEditing] = useState<Editing>()
  const [fault, setFault] = useState<string>()
  const [told, setTold] = useState('')
  const lines = useRef<HTMLOListElement>(null)
  /** What is to be focused once the list is drawn anew: a line's button, by the line's key. */
  const wanted = useRef<{ line: string; act: string } | undefined>(undefined)
  const keys = list.lineKeys(rules)

  useEffect(() => {
    const at = wanted.current
    if (!at) return
    const line = [...(lines.current?.children ?? [])].find((child) => child.getAttribute('data-line') === at.line)
    const control = line?.querySelector<HTMLElement>(`[data-act="${at.act}"]`)
    if (!control) return
    wanted.current = undefined
    control.focus()
  })

  const apply = async (next: Rules, label: string): Promise<boolean> => {
    const failed = await change({ [row.key]: next.length > 0 ? next : null }, label)
    setFault(failed?.message)
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
    if (line !== undefined) wanted.current = { line, act: 'remove' }
    else document.getElementById(controlId(row.key))?.focus()
    void apply(next, texts.did.removed(labelOf(rule, index)))
  }

  const save = async ({ from, index }: Editing, rule: StreamingRule): Promise<boolean> => {
    const did = from ? texts.did.saved : texts.did.added
    const done = await apply(list.saved(rules, from, index, rule), did(labelOf(rule, index)))
    if (done) close()
    return done
  }

  const close = (): void => {
    setEditing(undefined)
    const line = editing?.from && keys[list.whereIs(rules, editing.from, editing.index) ?? -1]
    if (line !== undefined) wanted.current = { line, act: 'edit' }
    else document.getElementById(controlId(row.key))?.focus()
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
      cancel={close}
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
            form={editing && at === index ? form : undefined}
            act={{
              move: (to, by) => move(index, to, by),
              edit: () => setEditing({ index, from: rule, draft: draftOf(rule), field: 'host' }),
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
          disabled={locked}
          onClick={() => setEditing({ index: rules.length, from: undefined, draft: emptyDraft, field: 'host' })}
        >
          <Plus size={14} aria-hidden /> {texts.add}
        </Button>
        {!editing && <TryRules rules={rules} />}
      </div>
      <p role="status" className={styles['unseen']}>
        {told}
      </p>
    </div>
  )
}
