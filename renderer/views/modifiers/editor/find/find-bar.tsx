/** What is looked for in the code, and put in its place. */
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
import { CaseSensitive, Regex, TextSelect, WholeWord } from 'lucide-react'
import { useEffect, useRef, type KeyboardEvent } from 'react'
import { countText } from '../../../../texts/amounts.ts'
import { modifiers } from '../../../../texts/modifiers.ts'
import { Button, IconButton } from '../../../../ui/button.tsx'
import { FindField, FindForm, FindLine } from '../../../../ui/find/find-form.tsx'
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
    <FindForm
      name={texts.name}
      onKeyDown={press}
      field={
        <FindField
          ref={input}
          name={texts.query}
          main-field="true"
          aria-invalid={isBad}
          value={search}
          onChange={({ target }) => change({ search: target.value })}
        />
      }
      options={
        <>
          <IconButton
            name={texts.case}
            pressed={caseSensitive}
            onClick={() => change({ caseSensitive: !caseSensitive })}
          >
            <CaseSensitive size={15} aria-hidden />
          </IconButton>
          <IconButton name={texts.word} pressed={wholeWord} onClick={() => change({ wholeWord: !wholeWord })}>
            <WholeWord size={15} aria-hidden />
          </IconButton>
          <IconButton name={texts.regexp} pressed={regexp} onClick={() => change({ regexp: !regexp })}>
            <Regex size={14} aria-hidden />
          </IconButton>
        </>
      }
      said={isBad ? texts.bad : search === '' ? '' : none ? texts.none : placeText(matches, current)}
      isBad={isBad}
      none={none}
      step={(by) => (by === 1 ? findNext(view) : findPrevious(view))}
      more={
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
      }
      close={() => closeSearchPanel(view)}
      texts={texts}
    >
      {!readOnly && (
        <FindLine>
          <FindField
            name={texts.replacement}
            value={replace}
            onChange={({ target }) => change({ replace: target.value })}
          />
          <Button disabled={none} onClick={() => replaceNext(view)}>
            {texts.replace}
          </Button>
          <Button disabled={none} onClick={() => replaceAll(view)}>
            {texts.replaceAll}
          </Button>
        </FindLine>
      )}
    </FindForm>
  )
}

function placeText({ from, more }: Matches, current: number | undefined): string {
  const all = `${countText(from.length)}${more ? '+' : ''}`
  return texts.place(current === undefined ? undefined : countText(current), all)
}
