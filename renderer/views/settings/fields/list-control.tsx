import { X } from 'lucide-react'
import { useRef, useState } from 'react'
import { parseTexts } from '../../../../app/contract/texts.ts'
import { settings as texts } from '../../../texts/settings.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { classes } from '../../../ui/classes.ts'
import { TextInput } from '../../../ui/field.tsx'
import { change } from '../change/history.ts'
import { controlId, describedBy } from '../rows/ids.ts'
import type { Row } from '../rows/table.ts'
import styles from './fields.module.css'
import { useKeptDraft } from './kept.ts'

type Props = { row: Row; entries: readonly string[]; locked: boolean }

/** A list of texts: patterns, addresses of hosts, paths of files, reverse listeners. Each is checked before it is added. */
export function ListControl({ row: { key, option, text: row }, entries, locked }: Props) {
  const [text = '', setText] = useKeptDraft<string>(key)
  /** Of the host: about this very text. */
  const [refused, setRefused] = useState<{ text: string; message: string }>()
  const input = useRef<HTMLInputElement>(null)
  const id = controlId(key)
  const entry = text.trim()
  const parsed = parseTexts(option, [entry])
  const own = parsed.ok ? (entries.includes(entry) ? texts.already(entry) : undefined) : parsed.message
  const fault = entry === '' ? undefined : (own ?? (refused?.text === entry ? refused.message : undefined))

  const add = async (): Promise<void> => {
    if (entry === '' || own !== undefined) return
    const failed = await change({ [key]: [...entries, entry] }, texts.set(row.title, `+ ${entry}`))
    if (failed) setRefused({ text: entry, message: failed.message })
    else setText((now) => (now?.trim() === entry ? '' : now))
  }
  const remove = async (gone: string): Promise<void> => {
    input.current?.focus()
    const rest = entries.filter((other) => other !== gone)
    const failed = await change({ [key]: rest.length > 0 ? rest : null }, texts.set(row.title, `− ${gone}`))
    if (failed) setRefused({ text: entry, message: failed.message })
  }

  return (
    <div className={styles['text']}>
      {entries.length > 0 && (
        <ul className={styles['entries']} aria-label={row.title}>
          {entries.map((name) => (
            <li key={name}>
              <code>{name}</code>
              {!locked && (
                <IconButton name={texts.remove(name)} className={styles['small']} onClick={() => void remove(name)}>
                  <X size={12} aria-hidden />
                </IconButton>
              )}
            </li>
          ))}
        </ul>
      )}
      <div
        className={styles['line']}
        onBlur={(event) => {
          if (!event.currentTarget.contains(event.relatedTarget)) void add()
        }}
      >
        <TextInput
          ref={input}
          id={id}
          className={styles['input']}
          value={text}
          readOnly={locked}
          data-undo={text === '' ? 'panel' : 'typing'}
          placeholder={row.examples?.[0]}
          aria-invalid={fault !== undefined}
          aria-describedby={classes(describedBy(key, locked), fault !== undefined && `${id}-fault`)}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') void add()
            if (event.key === 'Escape' && text !== '') {
              event.stopPropagation()
              setText('')
            }
          }}
        />
        <Button disabled={locked} onClick={() => void add()}>
          {texts.add}
        </Button>
      </div>
      <div className={styles['below']}>
        {fault !== undefined && (
          <p id={`${id}-fault`} className={styles['fault']} title={fault}>
            {fault}
          </p>
        )}
      </div>
    </div>
  )
}
