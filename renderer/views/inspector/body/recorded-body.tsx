/** A recorded body: its first page at once, in the view that suits it or that the user chose. */
import { Download, Search } from 'lucide-react'
import { useCallback, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { remember, remembered } from '../../../store/remembered.ts'
import { inspector } from '../../../texts/inspector.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { Segmented } from '../../../ui/segmented.tsx'
import type { BodyState, Side } from '../content/body-state.ts'
import { chosenView, kindOf, mediaTypeOf, viewsFor, type BodyView } from '../content/view-choice.ts'
import { exactBytes, sizeText } from '../../../texts/amounts.ts'
import { SettingLink } from '../shown/setting-link.tsx'
import { Loading, StateMessage } from '../shown/state-message.tsx'
import { readPage, type Body, type Place } from './pages/body-bytes.ts'
import styles from './body.module.css'
import { FindBar, type BodyFinder, type GiveFinder } from './find/find-bar.tsx'
import { CopyBody } from './copy-body.tsx'
import { useLoaded } from './pages/load.ts'
import { saveBody } from './save-body.ts'
import { ViewOf } from './view-of.tsx'

const texts = inspector.body

type Props = {
  id: number
  side: Side
  state: Extract<BodyState, { kind: 'recorded' }>
  url: string
  contentType: string | undefined
  /** As the sender names it; undefined: none. */
  coding: string | undefined
}

const isTrue = (value: unknown): boolean => value !== false

export function RecordedBody({ id, side, state, url, contentType, coding }: Props) {
  const [decoding, setDecoding] = useState(() => remembered('inspector.decoded', isTrue))
  const decoded = decoding && coding !== undefined
  const load = useCallback((signal: AbortSignal) => readPage({ id, side, decoded }, 0, signal), [id, side, decoded])
  const page = useLoaded(load)
  const choose = (next: boolean): void => {
    remember('inspector.decoded', next)
    setDecoding(next)
  }
  const codings = coding !== undefined && (
    <Segmented
      name={texts.coding}
      choices={[
        { value: 'decoded', label: texts.decoded },
        { value: 'wire', label: texts.wire },
      ]}
      value={decoded ? 'decoded' : 'wire'}
      onChange={(value) => choose(value === 'decoded')}
    />
  )
  const place = { id, side, decoded }
  if (page.status === 'ready') {
    const { bytes: first, total, problem } = page.value
    // Still encoded bytes are nothing of what their type says.
    const type = coding !== undefined && !decoded ? 'application/octet-stream' : contentType
    const body: Body = { ...place, first, total, contentType: type, url }
    return <Opened key={String(decoded)} body={body} state={state} problem={problem} codings={codings} />
  }
  return (
    <>
      <Strip size={sizeText(state.bytes)}>{codings}</Strip>
      {page.status === 'loading' ? (
        <Loading text={inspector.loading} />
      ) : page.fault.code === 'NOT_DECODABLE' ? (
        <StateMessage title={texts.notDecodable(coding ?? '')} next={page.fault.message}>
          <Button onClick={() => choose(false)}>{texts.showWire}</Button>
        </StateMessage>
      ) : page.fault.code === 'GONE' ? (
        <StateMessage title={inspector.gone.title} next={texts.gone} />
      ) : (
        <StateMessage title={texts.notLoaded} next={page.fault.message}>
          <Button onClick={page.retry}>{inspector.retry}</Button>
        </StateMessage>
      )}
    </>
  )
}

const isFind = ({ ctrlKey, metaKey, altKey, shiftKey, key }: KeyboardEvent): boolean =>
  (ctrlKey || metaKey) && !altKey && !shiftKey && key.toLowerCase() === 'f'

type OpenedProps = { body: Body; state: Props['state']; problem: string | undefined; codings: ReactNode }

function Opened({ body, state, problem, codings }: OpenedProps) {
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
  const ask = (event: KeyboardEvent): void => {
    event.preventDefault()
    setAsked((count) => count + 1)
  }
  const closeFind = (): void => {
    setAsked(0)
    finder?.find('')
    panel.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus()
  }
  const choices = viewsFor(kind, type).choices.map((value) => ({ value, label: texts.views[value] }))
  return (
    <div className={styles['opened']} onKeyDown={(event) => isFind(event) && finder && ask(event)}>
      <Strip size={sizeText(body.total)} exact={exactBytes(body.total)}>
        <Segmented name={texts.view} choices={choices} value={view} onChange={choose} />
        {codings}
        {finder && (
          <IconButton name={texts.find.open} keys={texts.find.keys} onClick={() => setAsked((count) => count + 1)}>
            <Search size={14} aria-hidden />
          </IconButton>
        )}
        <CopyBody body={body} />
        <SaveButton place={body} url={body.url} contentType={body.contentType} />
      </Strip>
      {state.state === 'partial' && (
        <p className={styles['warning']}>
          {partOf(state)} {state.heldOf !== state.bytes && <SettingLink setting="bufferLimit" />}
        </p>
      )}
      {state.state === 'truncated' && <p className={styles['warning']}>{texts.truncated(sizeText(state.bytes))}</p>}
      {problem !== undefined && <p className={styles['warning']}>{problem}</p>}
      {asked > 0 && <FindBar finder={finder} asked={asked} close={closeFind} />}
      <div ref={panel} className={styles['view']}>
        <ViewOf key={view} view={view} body={body} give={give} />
      </div>
    </div>
  )
}

function partOf({ bytes, of, heldOf }: Props['state']): string {
  const [kept, all] = [sizeText(bytes), sizeText(of)]
  if (heldOf === undefined) return texts.partial(kept, all)
  return heldOf < bytes ? texts.heldAndMore(kept, all, sizeText(heldOf)) : texts.heldOnly(kept, all)
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

function Strip({ size, exact, children }: { size: string; exact?: string; children: ReactNode }) {
  return (
    <div className={styles['strip']}>
      <h3 title={exact}>
        {texts.title} <span>{size}</span>
      </h3>
      {children}
    </div>
  )
}
