import { useId, useRef, useState } from 'react'
import { settings } from '../../../texts/settings.ts'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { Segmented } from '../../../ui/segmented.tsx'
import { EditForm } from '../fields/edit-form.tsx'
import { labelOf, ruleFields, ruleOf, type RuleDraft, type RuleField } from './rule-draft.ts'
import type { Rules, StreamingRule } from './rule-list.ts'
import styles from './rules.module.css'
import { TryRules } from './try-rules.tsx'

const texts = settings.rules

type Props = {
  /** Undefined: a new one. */
  from: StreamingRule | undefined
  index: number
  draft: RuleDraft
  edit: (draft: RuleDraft) => void
  /** The field that has the focus when the form appears, and what is told when another gets it. */
  field: RuleField
  visit: (field: RuleField) => void
  /** It was changed or deleted in another window while it is edited here. */
  isGone: boolean
  /** The list as it would be with this rule. */
  listWith: (rule: StreamingRule) => Rules
  save: (rule: StreamingRule) => Promise<boolean>
  cancel: () => void
}

/** A rule as its user writes it, with each field's mistake beside it, and what it would change before it is saved. */
export function RuleForm({ from, index, draft, edit, field: focused, visit, isGone, listWith, save, cancel }: Props) {
  const [saving, setSaving] = useState(false)
  const title = useId()
  const form = useRef<HTMLFormElement>(null)
  const read = ruleOf(draft)
  const submit = async (): Promise<void> => {
    if (!read.ok) {
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
      return
    }
    setSaving(true)
    if (!(await save(read.rule))) setSaving(false)
  }
  return (
    <EditForm ref={form} className={styles['form']} labelledBy={title} submit={submit} cancel={cancel}>
      <h4 id={title}>{from ? texts.formEdit(labelOf(from, index)) : texts.formNew}</h4>
      {isGone && <p className={styles['warning']}>{texts.goneElsewhere}</p>}
      <div className={styles['fields']}>
        {ruleFields.map((field) => (
          <Field
            key={field}
            label={texts[field]}
            error={read.ok ? undefined : read.faults[field]}
            room
            input={{
              value: draft[field],
              placeholder: texts.holders[field],
              className: styles['input'],
              autoFocus: field === focused,
              onFocus: () => visit(field),
              onChange: (event) => edit({ ...draft, [field]: event.target.value }),
            }}
          />
        ))}
        <div className={styles['then']}>
          <span aria-hidden>{texts.delivery}</span>
          <Segmented
            name={texts.delivery}
            value={draft.delivery}
            choices={[
              { value: 'stream', label: texts.stream },
              { value: 'buffer', label: texts.buffer },
            ]}
            onChange={(delivery) => edit({ ...draft, delivery })}
          />
        </div>
      </div>
      <p className={styles['help']}>{texts.formHelp}</p>
      <div className={styles['answers']}>
        {!read.ok && <span className={styles['fault']}>{texts.faulty}</span>}
        <Button onClick={cancel}>{texts.cancel}</Button>
        <Button type="submit" look="primary" disabled={saving}>
          {from ? texts.save : texts.addIt}
        </Button>
      </div>
      {/* The last, as its length is only known when it has been tried. */}
      <TryRules rules={read.ok ? listWith(read.rule) : undefined} live />
    </EditForm>
  )
}
