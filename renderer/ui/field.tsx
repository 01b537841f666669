import { useId, type ComponentProps, type ReactNode } from 'react'
import { classes } from './classes.ts'
import { unseen } from './unseen.ts'
import styles from './controls.module.css'

type Props = {
  label: string
  /** One line below the control. */
  help?: ReactNode
  /** What is wrong, a sentence; takes the place of the help. */
  error?: string | undefined
  /** There is always room for an error, so that nothing below moves when one comes. */
  room?: boolean
  /** The label is said but not seen. */
  bare?: boolean
  /** Draws the control itself, with these attributes; without it, a text input with `input`'s. */
  children?: (named: { id: string; 'aria-describedby': string | undefined; 'aria-invalid': boolean }) => ReactNode
  input?: ComponentProps<'input'>
}

/** A named control with its help, and its error beside it. */
export function Field({ label, help, error, room = false, bare = false, children, input }: Props) {
  const id = useId()
  const note = error ?? help
  const named = {
    id,
    'aria-describedby': note === undefined ? undefined : `${id}-note`,
    'aria-invalid': error !== undefined,
  }
  return (
    <div className={styles['field']}>
      <label htmlFor={id} className={classes(styles['label'], bare && unseen)}>
        {label}
      </label>
      {children ? children(named) : <TextInput {...input} {...named} />}
      {(room || note !== undefined) && (
        <div
          id={`${id}-note`}
          className={classes(error === undefined ? styles['help'] : styles['error'], room && styles['room'])}
          title={room ? error : undefined}
        >
          {note}
        </div>
      )}
    </div>
  )
}

/** An input line; name it with a Field or `aria-label`. */
export function TextInput({ className, ...rest }: ComponentProps<'input'>) {
  return (
    <input
      type="text"
      spellCheck={false}
      autoComplete="off"
      autoCapitalize="off"
      {...rest}
      className={classes(styles['input'], className)}
    />
  )
}
