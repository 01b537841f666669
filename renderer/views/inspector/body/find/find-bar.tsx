/** What is looked for in a body, or in many: as it is typed, with how often it is there. */
import { useEffect, useRef, useState, useSyncExternalStore, type KeyboardEvent } from 'react'
import { countText } from '../../../../texts/amounts.ts'
import { inspector } from '../../../../texts/inspector.ts'
import { FindField, FindForm } from '../../../../ui/find/find-form.tsx'
import { nothing, type Finder, type Found } from './finder.ts'

const texts = inspector.body.find

/** A view that can be searched gives its finder to whoever draws the bar; the returned function takes it back. */
export type GiveFinder = (finder: BodyFinder) => () => void

/** A finder, whatever it finds. */
export type BodyFinder = Pick<Finder<unknown>, 'found' | 'subscribe' | 'find' | 'step' | 'close'>

type Props = {
  /** Undefined while the view that is to be searched is not there yet. */
  finder: BodyFinder | undefined
  /** How often somebody has asked for it. */
  asked: number
  close: () => void
  /** What the field is called. */
  name?: string
  /** What is to be said beside what was found. */
  remark?: string | undefined
  longest?: number
}

export function FindBar({ finder, asked, close, name = texts.query, remark, longest }: Props) {
  const [query, setQuery] = useState('')
  const input = useRef<HTMLInputElement>(null)
  const found = useSyncExternalStore(finder?.subscribe ?? never, () => finder?.found ?? nothing)
  useEffect(() => input.current?.select(), [asked])
  useEffect(() => {
    // A new view is searched for the same.
    finder?.find(query)
  }, [finder, query])
  const press = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && event.target === input.current) finder?.step(event.shiftKey ? -1 : 1)
    else if (event.key === 'Escape') close()
    else return
    event.preventDefault()
  }
  return (
    <FindForm
      name={name}
      under
      onKeyDown={press}
      field={
        <FindField
          ref={input}
          name={name}
          maxLength={longest}
          value={query}
          onChange={({ target }) => setQuery(target.value)}
        />
      }
      said={found.query !== '' && remark !== undefined ? `${said(found)} ${remark}` : said(found)}
      none={found.count === 0}
      step={(by) => finder?.step(by)}
      close={close}
      texts={texts}
    />
  )
}

/** What is not there does not change. */
export const never = () => () => undefined

function said({ query, count, current, state, progress, fault }: Found): string {
  if (query === '') return ''
  if (fault !== undefined) return `${texts.stopped} ${fault}`
  if (count === 0 && state === 'searching') return texts.searching(progress)
  if (count === 0) return texts.none
  const all = `${countText(count)}${state === 'done' ? '' : '+'}`
  return texts.place(current === undefined ? undefined : countText(current), all)
}
