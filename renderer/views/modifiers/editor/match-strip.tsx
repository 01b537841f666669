/** Which responses the open modifier runs on; what is set here wins over what the file exports. */
import { useId, useState } from 'react'
import { create } from 'zustand'
import type { ModifierRow } from '../../../../app/contract/modifiers.ts'
import { changeModifier } from '../../../store/modifiers.ts'
import { modifiers } from '../../../texts/modifiers.ts'
import { Button } from '../../../ui/button.tsx'
import { classes } from '../../../ui/classes.ts'
import { Field } from '../../../ui/field.tsx'
import { Switch } from '../../../ui/switch.tsx'
import { conditionsOf, matchFault, matchFields, matchOf, type MatchField } from '../match-text.ts'
import styles from './editor.module.css'

const texts = modifiers.match

/** Whose fields are open. Not the strip's own: it is drawn anew when the window becomes narrow. */
const useEditing = create<{ of: string | undefined }>(() => ({ of: undefined }))

export function MatchStrip({ row }: { row: ModifierRow }) {
  const editing = useEditing(({ of }) => of === row.id)
  const setEditing = (edits: boolean): void => useEditing.setState({ of: edits ? row.id : undefined })
  const conditions = conditionsOf(row)
  return (
    <div className={styles['match']}>
      <div className={styles['conditions']}>
        <span>{texts.runsOn}</span>
        {conditions.length === 0 && <b>{row.isRead ? texts.all : texts.unread}</b>}
        {conditions.map(({ field, text, isSet }) => (
          <span key={field} className={classes(isSet && styles['set'])} title={isSet ? texts.set : undefined}>
            {texts.words[field]} <code>{text}</code>
          </span>
        ))}
        {row.recode && <span>{texts.recode.toLowerCase()}</span>}
        <span className={styles['space']} />
        {!row.fixed && (
          <Button look="quiet" aria-expanded={editing} onClick={() => setEditing(!editing)}>
            {editing ? texts.done : texts.change}
          </Button>
        )}
      </div>
      {editing && <MatchForm row={row} close={() => setEditing(false)} />}
    </div>
  )
}

function MatchForm({ row, close }: { row: ModifierRow; close: () => void }) {
  const [faults, setFaults] = useState<Partial<Record<MatchField | 'recode', string | undefined>>>({})
  const id = useId()
  const apply = async (field: MatchField, text: string): Promise<void> => {
    const fault = matchFault(field, text)
    const match = matchOf({ ...row.match, [field]: text })
    const failed = fault === undefined ? await changeModifier(row.id, { match }) : undefined
    setFaults((now) => ({ ...now, [field]: fault ?? failed?.message }))
  }
  return (
    <form
      className={styles['form']}
      aria-label={texts.title(row.name)}
      noValidate
      onSubmit={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return
        event.stopPropagation()
        close()
      }}
    >
      <div className={styles['fields']}>
        {matchFields.map((field) => (
          <MatchInput
            key={field}
            row={row}
            field={field}
            fault={faults[field]}
            apply={(text) => void apply(field, text)}
          />
        ))}
      </div>
      <p className={styles['help']}>{texts.help}</p>
      <div className={styles['recode']}>
        <Switch
          name={texts.recode}
          describedBy={id}
          on={row.recode}
          onChange={() => {
            void changeModifier(row.id, { recode: !row.recode }).then((failed) =>
              setFaults((now) => ({ ...now, recode: failed?.message })),
            )
          }}
        />
        <div>
          <span aria-hidden>{texts.recode}</span>
          <p id={id} className={styles['help']}>
            {texts.recodeHelp}
          </p>
        </div>
      </div>
      {faults.recode !== undefined && (
        <p role="alert" className={styles['fault']}>
          {faults.recode}
        </p>
      )}
    </form>
  )
}

type InputProps = {
  row: ModifierRow
  field: MatchField
  fault: string | undefined
  apply: (text: string) => void
}

/** Applied by Enter or by leaving it. */
function MatchInput({ row, field, fault, apply }: InputProps) {
  const stored = row.match[field] ?? ''
  const [typed, setTyped] = useState<string>()
  const text = typed ?? stored
  const exported = row.exported[field]
  const said = stored === '' ? texts.fromFile : texts.overrides
  const help = exported === undefined ? undefined : said(exported)
  const take = (): void => {
    if (typed !== undefined && typed.trim() !== stored) apply(typed)
    if (typed?.trim() === stored) setTyped(undefined)
  }
  // What holds now is what was typed: from here on the field shows what holds.
  if (typed !== undefined && typed.trim() === stored && fault === undefined && typed !== stored) setTyped(undefined)
  return (
    <Field
      label={texts.fields[field]}
      help={help}
      error={fault}
      input={{
        value: text,
        placeholder: exported ?? texts.like(texts.holders[field]),
        className: styles['input'],
        onChange: (event) => setTyped(event.target.value),
        onBlur: take,
        onKeyDown: (event) => {
          if (event.key === 'Enter') take()
          if (event.key === 'Escape' && typed !== undefined && typed !== stored) {
            event.preventDefault()
            setTyped(undefined)
          }
        },
      }}
    />
  )
}
