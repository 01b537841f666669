/** Bytes whose beginning is there, in the view that suits them or that the user chose; with a search, copy and save. */
import { Download, Search } from 'lucide-react'
import { useCallback, useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { remember, remembered } from '../../../store/remembered.ts'
import { inspector } from '../../../texts/inspector.ts'
import { exactBytes, sizeText } from '../../../texts/amounts.ts'
import { IconButton } from '../../../ui/button.tsx'
import { isFind } from '../../../ui/find/find-keys.ts'
import { Segmented } from '../../../ui/segmented.tsx'
import { chosenView, kindOf, mediaTypeOf, viewsFor, type BodyView } from '../content/view-choice.ts'
import { useFindHere } from '../find-here.ts'
import styles from './body.module.css'
import { CopyBody } from './copy-body.tsx'
import { FindBar, type BodyFinder, type GiveFinder } from './find/find-bar.tsx'
import type { Body, Place } from './pages/body-bytes.ts'
import { saveBody } from './save-body.ts'
import { ViewOf } from './view-of.tsx'

const texts = inspector.body

type Props = {
  body: Body
  title: string
  /** Why it ends before its end; a sentence. */
  problem: string | undefined
  /** Beside the choice of views. */
  more?: ReactNode
  /** Above the bytes. */
  warnings?: ReactNode
  /** Marked and brought into sight as long as nothing is looked for here. */
  sought?: string | undefined
}

export function Opened({ body, title, problem, more, warnings, sought = '' }: Props) {
  const kind = kindOf(body.contentType, body.first)
  const type = mediaTypeOf(body.contentType)
  const name = `inspector.view.${kind}`
  const [view, setView] = useState(() => chosenView(kind, type, remembered(name, String)))
  const choose = (next: BodyView): void => {
    remember(name, next)
    setView(next)
  }
  const [finder, setFinder] = useState<BodyFinder>()
  /** How often the search was asked for; none: it is closed. */
  const [asked, setAsked] = useState(0)
  const panel = useRef<HTMLDivElement>(null)
  const give = useCallback<GiveFinder>((given) => {
    setFinder(given)
    return () => {
      given.close()
      setFinder(undefined)
    }
  }, [])
  useEffect(() => {
    if (asked === 0) finder?.find(sought)
  }, [finder, sought, asked])
  const ask = (): void => setAsked((count) => count + 1)
  useFindHere(finder && ask)
  const press = (event: KeyboardEvent): void => {
    if (!isFind(event) || !finder) return
    event.preventDefault()
    ask()
  }
  const closeFind = (): void => {
    setAsked(0)
    panel.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus()
  }
  const choices = viewsFor(kind, type).choices.map((value) => ({ value, label: texts.views[value] }))
  return (
    <div className={styles['opened']} onKeyDown={press}>
      <Strip title={title} size={sizeText(body.total)} exact={exactBytes(body.total)}>
        <Segmented name={texts.view} choices={choices} value={view} onChange={choose} />
        {more}
        {finder && (
          <IconButton name={texts.find.open} keys={texts.find.keys} onClick={ask}>
            <Search size={14} aria-hidden />
          </IconButton>
        )}
        <CopyBody body={body} />
        <SaveButton place={body} url={body.url} contentType={body.contentType} />
      </Strip>
      {warnings}
      {problem !== undefined && <p className={styles['warning']}>{problem}</p>}
      {asked > 0 && <FindBar finder={finder} asked={asked} close={closeFind} />}
      <div ref={panel} className={styles['view']}>
        <ViewOf key={view} view={view} body={body} give={give} />
      </div>
    </div>
  )
}

function SaveButton({ place, url, contentType }: { place: Place; url: string; contentType: string | undefined }) {
  const [busy, setBusy] = useState(false)
  const save = async (): Promise<void> => {
    setBusy(true)
    await saveBody(place, url, contentType)
    setBusy(false)
  }
  return (
    <IconButton name={texts.save} disabled={busy} onClick={() => void save()}>
      <Download size={14} aria-hidden />
    </IconButton>
  )
}

type StripProps = { title: string; size: string; exact?: string; children: ReactNode }

export function Strip({ title, size, exact, children }: StripProps) {
  return (
    <div className={styles['strip']}>
      <h3 title={exact}>
        {title} <span>{size}</span>
      </h3>
      {children}
    </div>
  )
}
