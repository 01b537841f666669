/** What is looked for in the code, and put in its place; looks as the bar of a body does. */
import {
  closeSearchPanel,
  findNext,
  findPrevious,
  replaceAll,
  replaceNext,
  SearchQuery,
  selectMatches,
  setSearchQuery,
} from '@codemirror/search'
import { runScopeHandlers, type EditorView } from '@codemirror/view'
import { CaseSensitive, ChevronDown, ChevronUp, Regex, TextSelect, WholeWord, X } from 'lucide-react'
import { useEffect, useRef, type KeyboardEvent } from 'react'
import { countText } from '../../../../texts/amounts.ts'
import { modifiers } from '../../../../texts/modifiers.ts'
import { Button, IconButton } from '../../../../ui/button.tsx'
import { TextInput } from '../../../../ui/field.tsx'
import styles from './find.module.css'
import type { Matches } from './matches.ts'

const texts = modifiers.find

type Props = {
  view: EditorView
  query: SearchQuery
  matches: Matches
  current: number | undefined
  /** It was opened to be typed into. */
  focus: boolean
}

type Spec = ConstructorParameters<typeof SearchQuery>[0]

export function FindBar({ view, query, matches, current, focus }: Props) {
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (focus) input.current?.select()
  }, [focus])
  const { search, replace, caseSensitive, regexp, wholeWord } = query
  const change = (more: Partial<Spec>): void => {
    const next = new SearchQuery({ search, replace, caseSensitive, regexp, wholeWord, ...more })
    view.dispatch({ effects: setSearchQuery.of(next) })
  }
  const press = (event: KeyboardEvent): void => {
    const isEnter = event.key === 'Enter' && event.target instanceof HTMLInputElement
    if (runScopeHandlers(view, event.nativeEvent, 'search-panel')) event.stopPropagation()
    else if (!isEnter) return
    else if (event.target !== input.current) replaceNext(view)
    else if (event.shiftKey) findPrevious(view)
    else findNext(view)
    event.preventDefault()
  }
  const none = matches.from.length === 0
  const isBad = search !== '' && !query.valid
  const { readOnly } = view.state
  return (
    <search className={styles['find']} aria-label={texts.name} onKeyDown={press}>
      <div className={styles['line']}>
        <TextInput
          ref={input}
          main-field="true"
          className={styles['text']}
          aria-label={texts.query}
          aria-invalid={isBad}
          placeholder={texts.query}
          value={search}
          onChange={({ target }) => change({ search: target.value })}
        />
        <IconButton name={texts.case} pressed={caseSensitive} onClick={() => change({ caseSensitive: !caseSensitive })}>
          <CaseSensitive size={15} aria-hidden />
        </IconButton>
        <IconButton name={texts.word} pressed={wholeWord} onClick={() => change({ wholeWord: !wholeWord })}>
          <WholeWord size={15} aria-hidden />
        </IconButton>
        <IconButton name={texts.regexp} pressed={regexp} onClick={() => change({ regexp: !regexp })}>
          <Regex size={14} aria-hidden />
        </IconButton>
        <span className={styles['count']} role="status" data-bad={isBad ? '' : undefined}>
          {isBad ? texts.bad : search === '' ? '' : none ? texts.none : placeText(matches, current)}
        </span>
        <IconButton name={texts.previous} keys="Shift Enter" disabled={none} onClick={() => findPrevious(view)}>
          <ChevronUp size={14} aria-hidden />
        </IconButton>
        <IconButton name={texts.next} keys="Enter" disabled={none} onClick={() => findNext(view)}>
          <ChevronDown size={14} aria-hidden />
        </IconButton>
        <IconButton
          name={texts.all}
          disabled={none}
          onClick={() => {
            selectMatches(view)
            view.focus()
          }}
        >
          <TextSelect size={14} aria-hidden />
        </IconButton>
        <IconButton name={texts.close} keys="Esc" onClick={() => closeSearchPanel(view)}>
          <X size={14} aria-hidden />
        </IconButton>
      </div>
      {!readOnly && (
        <div className={styles['line']}>
          <TextInput
            className={styles['text']}
            aria-label={texts.replacement}
            placeholder={texts.replacement}
            value={replace}
            onChange={({ target }) => change({ replace: target.value })}
          />
          <Button className={styles['act'] ?? ''} disabled={none} onClick={() => replaceNext(view)}>
            {texts.replace}
          </Button>
          <Button className={styles['act'] ?? ''} disabled={none} onClick={() => replaceAll(view)}>
            {texts.replaceAll}
          </Button>
        </div>
      )}
    </search>
  )
}

function placeText({ from, more }: Matches, current: number | undefined): string {
  const all = `${countText(from.length)}${more ? '+' : ''}`
  return texts.place(current === undefined ? undefined : countText(current), all)
}
