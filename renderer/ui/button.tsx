import type { ComponentProps, ReactNode } from 'react'
import { classes } from './classes.ts'
import styles from './controls.module.css'
import { Tooltip } from './tooltip.tsx'

type Look = 'plain' | 'primary' | 'quiet' | 'danger'

/** A button with words. `primary` is the one thing to do next; `quiet` has no border until it is pointed at. */
export function Button({ look = 'plain', className, ...rest }: ComponentProps<'button'> & { look?: Look }) {
  return <button type="button" {...rest} className={classes(styles['button'], styles[look], className)} />
}

type Icon = Omit<ComponentProps<'button'>, 'children'> & { name: string; children: ReactNode; pressed?: boolean }

/** An icon that acts. Its name is said by assistive technology and shown in a tooltip; `keys` come with it. */
export function IconButton({ name, pressed, className, children, keys, ...rest }: Icon & { keys?: string }) {
  return (
    <Tooltip text={keys === undefined ? name : `${name} (${keys})`}>
      <button
        type="button"
        aria-label={name}
        aria-pressed={pressed}
        {...rest}
        className={classes(styles['icon'], className)}
      >
        {children}
      </button>
    </Tooltip>
  )
}
