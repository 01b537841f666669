/** A search, whatever is searched: what is typed, how often it is there, and the way from one to the next. */
import { ChevronDown, ChevronUp, X } from 'lucide-react'
import type { ComponentProps, KeyboardEvent, ReactNode } from 'react'
import { classes } from '../classes.ts'
import { IconButton } from '../button.tsx'
import { TextInput } from '../field.tsx'
import styles from './find.module.css'

type Props = {
  name?: string
  /** Below a strip, from which a line parts it. */
  under?: boolean
  onKeyDown: (event: KeyboardEvent) => void
  /** The field, and what is said of what is typed: a status. */
  field: ReactNode
  said: ReactNode
  /** What is typed cannot be looked for. */
  isBad?: boolean
  /** There is nothing to step to. */
  none: boolean
  step: (by: 1 | -1) => void
  close: () => void
  texts: { previous: string; next: string; close: string }
  /** Behind the field, behind the steps, and below all of it. */
  options?: ReactNode
  more?: ReactNode
  children?: ReactNode
}

export function FindForm(props: Props) {
  const { name, under = false, onKeyDown, field, said, isBad = false, none, step, close, texts } = props
  return (
    <search className={classes(styles['find'], under && styles['under'])} aria-label={name} onKeyDown={onKeyDown}>
      <FindLine>
        {field}
        {props.options}
        <span className={styles['said']} role="status" data-bad={isBad ? '' : undefined}>
          {said}
        </span>
        <IconButton name={texts.previous} keys="Shift Enter" disabled={none} onClick={() => step(-1)}>
          <ChevronUp size={14} aria-hidden />
        </IconButton>
        <IconButton name={texts.next} keys="Enter" disabled={none} onClick={() => step(1)}>
          <ChevronDown size={14} aria-hidden />
        </IconButton>
        {props.more}
        <IconButton name={texts.close} keys="Esc" onClick={close}>
          <X size={14} aria-hidden />
        </IconButton>
      </FindLine>
      {props.children}
    </search>
  )
}

export const FindLine = ({ children }: { children: ReactNode }) => <div className={styles['line']}>{children}</div>

/** `name`: what it is called, also while it is empty. */
export const FindField = ({ name, ...props }: ComponentProps<typeof TextInput> & { name: string }) => (
  <TextInput className={styles['text']} aria-label={name} placeholder={name} {...props} />
)
