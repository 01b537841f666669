import type { ReactNode, Ref } from 'react'

type Props = {
  ref: Ref<HTMLFormElement>
  className: string | undefined
  /** Id of its title. */
  labelledBy: string
  submit: () => Promise<void>
  cancel: () => void
  children: ReactNode
}

/** One entry of a list while it is written: Enter saves it, and Escape leaves it without leaving what is around. */
export function EditForm({ ref, className, labelledBy, submit, cancel, children }: Props) {
  return (
    <form
      ref={ref}
      className={className}
      aria-labelledby={labelledBy}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        cancel()
      }}
    >
      {children}
    </form>
  )
}
