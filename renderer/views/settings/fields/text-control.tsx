import type { ReactNode } from 'react'
import { settings as texts } from '../../../texts/settings.ts'
import { classes } from '../../../ui/classes.ts'
import { TextInput } from '../../../ui/field.tsx'
import { controlId, describedBy } from '../rows/ids.ts'
import type { Row } from '../rows/table.ts'
import styles from './fields.module.css'
import type { Draft } from './use-draft.ts'
import { amount } from './written.ts'

type Props = {
  row: Row
  draft: Draft
  locked: boolean
  /** Below the field; part of the control: going there does not leave it. */
  children?: ReactNode
}

/** A line of text that is applied by Enter or by leaving it, and put back by Escape. */
export function TextControl({ row: { key, text, usual }, draft, locked, children }: Props) {
  const { fault, dirty, elsewhere, read } = draft
  const id = controlId(key)
  const exact = read.ok ? amount(key, read.value) : undefined
  const pending = dirty && fault === undefined ? texts.notYet : undefined
  const note = elsewhere === undefined ? pending : texts.elsewhere(elsewhere)
  const described = [describedBy(key, locked), fault !== undefined && `${id}-fault`, note !== undefined && `${id}-note`]
  return (
    <div
      className={styles['text']}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) draft.apply()
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && dirty) {
          event.stopPropagation()
          draft.putBack()
        }
      }}
    >
      <div className={styles['line']}>
        <TextInput
          id={id}
          className={styles['input']}
          value={draft.text}
          placeholder={usual}
          readOnly={locked}
          data-undo={dirty ? 'typing' : 'panel'}
          aria-invalid={fault !== undefined}
          aria-describedby={classes(...described)}
          onChange={(event) => draft.edit(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') draft.apply()
          }}
        />
        {exact !== undefined && <span className={styles['exact']}>{exact}</span>}
      </div>
      {/* They take each other's place, so that nothing below moves while somebody types, or drags a line in a picture. */}
      <div className={styles['below']}>
        {fault !== undefined && (
          <p id={`${id}-fault`} className={styles['fault']} title={fault}>
            {fault}
          </p>
        )}
        {note !== undefined && (
          <p id={`${id}-note`} className={styles['note']}>
            {note}
          </p>
        )}
        {text.examples && !locked && fault === undefined && note === undefined && (
          <Examples title={text.title} examples={text.examples} choose={draft.apply} />
        )}
      </div>
      {children}
    </div>
  )
}

type ExamplesProps = { title: string; examples: readonly string[]; choose: (text: string) => void }

function Examples({ title, examples, choose }: ExamplesProps) {
  return (
    <div className={styles['examples']} role="group" aria-label={texts.examples}>
      {examples.map((example) => (
        <button
          key={example}
          type="button"
          className={styles['example']}
          aria-label={texts.exampleName(example, title)}
          onClick={() => choose(example)}
        >
          {example === '' ? texts.exampleEmpty : example}
        </button>
      ))}
    </div>
  )
}
