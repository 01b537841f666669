import { Search, X } from 'lucide-react'
import { useEffect, useRef, type KeyboardEvent } from 'react'
import { setFilter, useShown } from '../../store/list/list.ts'
import { goTo } from '../../store/place.ts'
import { toolbar as texts } from '../../texts/toolbar.ts'
import { IconButton } from '../../ui/button.tsx'
import { TextInput } from '../../ui/field.tsx'
import { isFind } from '../../ui/find/find-keys.ts'
import styles from './toolbar.module.css'

/** Ctrl or Cmd+F comes here from everywhere; Escape clears it first, and leaves when it is empty. */
export function FilterBox() {
  const text = useShown((held) => held.text)
  const problem = useShown((held) => held.problem)
  const input = useRef<HTMLInputElement>(null)

  useEffect(() => {
    const find = (event: globalThis.KeyboardEvent): void => {
      // An editor with a search of its own has taken it already.
      if (!isFind(event) || event.defaultPrevented) return
      event.preventDefault()
      goTo({ view: 'flows' })
      input.current?.focus()
      input.current?.select()
    }
    window.addEventListener('keydown', find)
    return () => {
      window.removeEventListener('keydown', find)
    }
  }, [])

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && text !== '') setFilter('')
    else if (event.key === 'Escape' || event.key === 'Enter' || event.key === 'ArrowDown') {
      document.querySelector<HTMLElement>('[role="grid"]')?.focus()
    } else return
    event.preventDefault()
  }

  return (
    <div className={styles['filter']} role="search">
      <Search size={14} aria-hidden className={styles['glass']} />
      <TextInput
        ref={input}
        value={text}
        aria-label={texts.filter}
        aria-invalid={problem !== undefined}
        aria-describedby={problem ? 'filter-problem' : undefined}
        placeholder={texts.filterHint}
        onChange={(event) => setFilter(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {text !== '' && (
        <IconButton
          name={texts.clearFilter}
          className={styles['erase'] ?? ''}
          onClick={() => {
            setFilter('')
            input.current?.focus()
          }}
        >
          <X size={14} aria-hidden />
        </IconButton>
      )}
      {problem && (
        <p id="filter-problem" role="status" className={styles['problem']}>
          {texts.filterProblem(problem)}
        </p>
      )}
    </div>
  )
}
