import { ChevronDown, ChevronUp, Copy, GripVertical, Pencil, Trash2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { settings } from '../../../texts/settings.ts'
import { IconButton } from '../../../ui/button.tsx'
import { classes } from '../../../ui/classes.ts'
import { Switch } from '../../../ui/switch.tsx'
import { Tag } from '../../../ui/tag.tsx'
import type { Drag } from '../../../ui/use-drag.ts'
import { conditionsOf, labelOf } from './rule-draft.ts'
import type { StreamingRule } from './rule-list.ts'
import styles from './rules.module.css'

const texts = settings.rules

export type LineActs = {
  /** `by`: the button that is to have the focus afterwards. */
  move: (to: number, by: string) => void
  edit: () => void
  remove: () => void
  duplicate: () => void
  toggle: () => void
}

type Props = {
  lineKey: string
  rule: StreamingRule
  index: number
  count: number
  locked: boolean
  drag: Drag
  /** Somebody was sent to this one. */
  sought: boolean
  /** While it is being edited: what stands below it. */
  form: ReactNode
  act: LineActs
}

/** One rule: what it asks for, what it does, and everything that can be done with it. */
export function RuleLine({ lineKey, rule, index, count, locked, drag, sought, form, act }: Props) {
  const label = labelOf(rule, index)
  const look = drag.look(index)
  const conditions = conditionsOf(rule)
  return (
    <li
      data-line={lineKey}
      className={classes(styles['line'], sought && styles['sought'], look.className)}
      style={look.style}
      onKeyDown={(event) => {
        if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
        event.preventDefault()
        const focused = event.target instanceof Element ? event.target.closest('[data-act]') : null
        act.move(index + (event.key === 'ArrowUp' ? -1 : 1), focused?.getAttribute('data-act') ?? 'edit')
      }}
    >
      <div className={styles['rule']}>
        <button
          type="button"
          data-act="drag"
          aria-label={texts.drag(label)}
          disabled={locked}
          className={styles['grip']}
          {...drag.handle(index)}
        >
          <GripVertical size={14} aria-hidden />
        </button>
        <span className={styles['number']}>{index + 1}</span>
        <Switch act="switch" name={texts.switch(label)} on={!rule.off} off={locked} onChange={act.toggle} />
        <div className={classes(styles['said'], rule.off && styles['off'])}>
          {rule.name !== undefined && <strong>{rule.name}</strong>}
          {conditions.length === 0 && <span>{texts.everything}</span>}
          {conditions.map(({ field, text }) => (
            <span key={field} className={styles['condition']}>
              {texts[field].toLowerCase()} <code>{text}</code>
            </span>
          ))}
        </div>
        <Tag tone={rule.delivery === 'stream' ? 'streamed' : 'buffered'}>
          {rule.delivery === 'stream' ? texts.streamWord : texts.bufferWord}
        </Tag>
        <div className={styles['acts']}>
          <IconButton
            data-act="up"
            name={texts.up(label)}
            keys="Alt ↑"
            disabled={locked || index === 0}
            onClick={() => act.move(index - 1, index === 1 ? 'down' : 'up')}
          >
            <ChevronUp size={14} aria-hidden />
          </IconButton>
          <IconButton
            data-act="down"
            name={texts.down(label)}
            keys="Alt ↓"
            disabled={locked || index === count - 1}
            onClick={() => act.move(index + 1, index === count - 2 ? 'up' : 'down')}
          >
            <ChevronDown size={14} aria-hidden />
          </IconButton>
          <IconButton data-act="edit" name={texts.edit(label)} disabled={locked} onClick={act.edit}>
            <Pencil size={14} aria-hidden />
          </IconButton>
          <IconButton data-act="duplicate" name={texts.duplicate(label)} disabled={locked} onClick={act.duplicate}>
            <Copy size={14} aria-hidden />
          </IconButton>
          <IconButton data-act="remove" name={texts.remove(label)} disabled={locked} onClick={act.remove}>
            <Trash2 size={14} aria-hidden />
          </IconButton>
        </div>
      </div>
      {form}
    </li>
  )
}
