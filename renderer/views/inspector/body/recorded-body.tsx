/** A recorded body: its first page at once, in the view that suits it or that the user chose. */
import { useCallback, useState } from 'react'
import { remember, remembered } from '../../../store/remembered.ts'
import { inspector } from '../../../texts/inspector.ts'
import { sizeText } from '../../../texts/amounts.ts'
import { Button } from '../../../ui/button.tsx'
import { Segmented } from '../../../ui/segmented.tsx'
import type { BodyState, Side } from '../content/body-state.ts'
import { SettingLink } from '../shown/setting-link.tsx'
import { Loading, StateMessage } from '../shown/state-message.tsx'
import styles from './body.module.css'
import { Opened, Strip } from './opened.tsx'
import { readPage, type Body } from './pages/body-bytes.ts'
import { useLoaded } from './pages/load.ts'

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

const unlessFalse = (value: unknown): boolean => value !== false

export function RecordedBody({ id, side, state, url, contentType, coding }: Props) {
  const [decoding, setDecoding] = useState(() => remembered('inspector.decoded', unlessFalse))
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
    return (
      <Opened
        key={String(decoded)}
        body={body}
        title={texts.title}
        problem={problem}
        more={codings}
        warnings={<Warnings state={state} />}
      />
    )
  }
  return (
    <>
      <Strip title={texts.title} size={sizeText(state.bytes)}>
        {codings}
      </Strip>
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

function Warnings({ state }: Pick<Props, 'state'>) {
  if (state.state === 'truncated') return <p className={styles['warning']}>{texts.truncated(sizeText(state.bytes))}</p>
  if (state.state === 'complete') return null
  return (
    <p className={styles['warning']}>
      {partOf(state)} {state.heldOf !== state.bytes && <SettingLink setting="bufferLimit" />}
    </p>
  )
}

function partOf({ bytes, of, heldOf }: Props['state']): string {
  const [kept, all] = [sizeText(bytes), sizeText(of)]
  if (heldOf === undefined) return texts.partial(kept, all)
  return heldOf < bytes ? texts.heldAndMore(kept, all, sizeText(heldOf)) : texts.heldOnly(kept, all)
}
