/** The last bytes of a body while it streams, five times a second. Looking records nothing. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { client, faultOf } from '../../../client/index.ts'
import { inspector } from '../../../texts/inspector.ts'
import { Button } from '../../../ui/button.tsx'
import { Segmented } from '../../../ui/segmented.tsx'
import { charsetOf, decodeText } from '../reading/charset.ts'
import { hexRow, rowBytes } from '../reading/hex-rows.ts'
import { afterLook, emptyTail, textStart, type TailWindow } from '../reading/tail-window.ts'
import type { Recording } from '../content/body-state.ts'
import { kindOf, type BodyKind } from '../content/view-choice.ts'
import { sizeText } from '../../../texts/amounts.ts'
import { SettingLink } from '../shown/setting-link.tsx'
import { VisibleText } from '../../../ui/visible/visible-text.tsx'
import styles from './body.module.css'

const texts = inspector.states.flowing
const everyMs = 200
/** Of bytes as hex, rows. */
const hexRows = 256

const bytesOnly: ReadonlySet<BodyKind> = new Set(['binary', 'image', 'video', 'audio'])

const isBinary = (contentType: string | undefined, bytes: Uint8Array): boolean =>
  bytes.length > 0 && bytesOnly.has(kindOf(contentType, bytes))

type Props = {
  id: number
  contentType: string | undefined
  coding: string | undefined
  bytes: number
  recording: Recording
}

export function PassingBytes({ id, contentType, coding, bytes, recording }: Props) {
  const { seen, fault } = usePassing(id)
  const [chosen, setChosen] = useState<'text' | 'hex'>()
  const [atEnd, setAtEnd] = useState(true)
  const box = useRef<HTMLDivElement>(null)
  // What has once turned out not to be text stays bytes: the view must not change with every look.
  const [binary, setBinary] = useState(coding !== undefined)
  if (!binary && isBinary(contentType, seen.bytes)) setBinary(true)
  const view = chosen ?? (binary ? 'hex' : 'text')

  useLayoutEffect(() => {
    if (atEnd && box.current) box.current.scrollTop = box.current.scrollHeight
  }, [seen, view, atEnd])

  const from = seen.position - seen.bytes.length
  return (
    <>
      <div className={styles['strip']}>
        <h3>{texts.title(sizeText(bytes))}</h3>
        {!atEnd && <Button onClick={() => setAtEnd(true)}>{texts.jump}</Button>}
        <Segmented
          name={texts.format}
          choices={[
            { value: 'text', label: inspector.body.views.text },
            { value: 'hex', label: inspector.body.views.hex },
          ]}
          value={view}
          onChange={setChosen}
        />
      </div>
      <p className={styles['note']}>
        {texts.lead} {recordedOf(recording)}{' '}
        {recording.kind === 'first' && !recording.held && <SettingLink setting="bufferLimit" />}{' '}
        {coding !== undefined && texts.encoded(coding.slice(0, 40))}
      </p>
      <div className={styles['view']}>
        {fault !== undefined && <p className={styles['warning']}>{`${texts.failed} ${fault}`}</p>}
        <div
          ref={box}
          className={styles['tail']}
          tabIndex={0}
          role="region"
          aria-label={texts.region}
          onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
            setAtEnd(scrollHeight - scrollTop - clientHeight < 24)
          }}
        >
          {seen.bytes.length === 0 ? (
            <p>{texts.nothing}</p>
          ) : (
            <p>{seen.skipped > 0 ? texts.skipped(sizeText(seen.skipped)) : texts.older(sizeText(from))}</p>
          )}
          {view === 'text' ? <TailText seen={seen} contentType={contentType} /> : <TailHex seen={seen} />}
        </div>
      </div>
    </>
  )
}

function recordedOf(recording: Recording): string {
  switch (recording.kind) {
    case 'all':
      return texts.recording(sizeText(recording.limit))
    case 'first':
      return (recording.held ? texts.recordedHeld : texts.recordedFirst)(sizeText(recording.bytes))
    case 'nothing':
      return texts.notRecording
    default:
      return recording satisfies never
  }
}

/** Asks while the page can be seen; one question at a time. */
function usePassing(id: number): { seen: TailWindow; fault: string | undefined } {
  const [seen, setSeen] = useState(emptyTail)
  const [fault, setFault] = useState<string>()
  useEffect(() => {
    const interest = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    let position = 0
    const look = async (): Promise<void> => {
      let running = true
      try {
        if (!document.hidden) {
          const answer = await client.call('flows.tail', { id, after: position }, interest.signal)
          position = answer.position
          running = answer.running
          setSeen((before) => afterLook(before, answer))
          setFault(undefined)
        }
      } catch (error) {
        const { code, message } = faultOf(error)
        if (interest.signal.aborted) return
        // A flow that has ended meanwhile shows itself so.
        if (code !== 'GONE') setFault(message)
      }
      if (running && !interest.signal.aborted) timer = setTimeout(() => void look(), everyMs)
    }
    void look()
    return () => {
      interest.abort()
      clearTimeout(timer)
    }
  }, [id])
  return { seen, fault }
}

function TailText({ seen: { bytes }, contentType }: { seen: TailWindow; contentType: string | undefined }) {
  const text = useMemo(() => {
    const { encoding } = charsetOf(contentType, new Uint8Array())
    return decodeText(encoding === 'utf-8' ? bytes.subarray(textStart(bytes)) : bytes, encoding, false)
  }, [bytes, contentType])
  return (
    <pre>
      <VisibleText text={text} lines />
    </pre>
  )
}

function TailHex({ seen: { bytes, position } }: { seen: TailWindow }) {
  const begin = position - bytes.length
  // Rows stand at multiples of 16 of the body, so that they do not shift while bytes come.
  const first = Math.max(Math.ceil(begin / rowBytes), Math.floor(position / rowBytes) - hexRows) * rowBytes
  const rows = Array.from({ length: Math.max(0, Math.ceil((position - first) / rowBytes)) }, (_, row) => {
    const at = first + row * rowBytes
    return hexRow(bytes.subarray(at - begin, at - begin + rowBytes), at, position)
  })
  return (
    <pre>
      {rows.map(({ offset, hex, ascii }) => (
        <div key={offset}>
          <i>{offset}</i> {hex.padEnd(rowBytes * 3)} <b>{ascii}</b>
        </div>
      ))}
    </pre>
  )
}
