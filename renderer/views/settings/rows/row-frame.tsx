import { Lock, RotateCcw } from 'lucide-react'
import type { ReactNode } from 'react'
import type { SettingsState } from '../../../../app/contract/contract.ts'
import { settings as texts } from '../../../texts/settings.ts'
import { Button } from '../../../ui/button.tsx'
import { classes } from '../../../ui/classes.ts'
import { Tag } from '../../../ui/tag.tsx'
import { AppliedMark } from '../change/applied-mark.tsx'
import { changeAtOnce } from '../change/history.ts'
import { controlId, helpId, lockId, rowId, titleId } from './ids.ts'
import { Marked } from './marked.tsx'
import { RestartNote } from './restart-note.tsx'
import styles from './rows.module.css'
import { differs, type Row } from './table.ts'

type Props = {
  row: Row
  state: SettingsState
  words: readonly string[]
  /** Somebody was sent here. */
  sought: boolean
  /** The control is below the words, as wide as they are. */
  wide?: boolean
  children: ReactNode
}

/** What every setting has: title, help, default and the way back to it, its marks, and its control. */
export function RowFrame({ row, state, words, sought, wide = false, children }: Props) {
  const { key, text, help, usual } = row
  const value = state.values[key]
  const locked = state.fixed.includes(key)
  const isChanged = differs(key, value)
  const isSafe = text.safeWith?.(state.values) === true
  // A group of buttons is named by its title; anything else has a label.
  const labelled = !['choice', 'rules', 'certificates'].includes(row.option.kind)
  const title = <Marked text={text.title} words={words} />
  return (
    <div id={rowId(key)} className={classes(styles['row'], wide && styles['wide'], sought && styles['sought'])}>
      <div className={styles['words']}>
        <h3 id={titleId(key)} className={styles['title']}>
          {labelled ? <label htmlFor={controlId(key)}>{title}</label> : title}
        </h3>
        <p id={helpId(key)} className={styles['help']}>
          <Marked text={help} words={words} />
          {text.startsWith && !state.later.includes(key) && ` ${texts.startsWith[text.startsWith]}`}
        </p>
        <p className={styles['facts']}>
          <code title={texts.keyName}>
            <Marked text={key} words={words} />
          </code>
          <span>{texts.defaultIs(usual)}</span>
          {isChanged && (
            <Tag tone="streamed" title={texts.changedHint}>
              {texts.changed}
            </Tag>
          )}
          {isChanged && !locked && (
            <Button
              look="quiet"
              className={styles['reset']}
              aria-label={texts.resetName(text.title)}
              onClick={() => void changeAtOnce({ [key]: null }, texts.backToDefault(text.title))}
            >
              <RotateCcw size={12} aria-hidden /> {texts.reset}
            </Button>
          )}
          <AppliedMark settingKey={key} />
        </p>
        {locked && (
          <p id={lockId(key)} className={styles['lock']}>
            <Lock size={12} aria-hidden /> {texts.fixed}
          </p>
        )}
        {state.later.includes(key) && <RestartNote starts={text.startsWith ?? 'program'} />}
        {text.warning !== undefined && value === true && !isSafe && <p className={styles['warning']}>{text.warning}</p>}
      </div>
      <div className={styles['control']}>{children}</div>
    </div>
  )
}
