/** One message, whole: in the view that suits it, with a search, copy and save. */
import { X } from 'lucide-react'
import { useCallback, type KeyboardEvent, type ReactNode } from 'react'
import type { MessageRow } from '../../../../app/contract/messages.ts'
import { countText, exactBytes, timeText } from '../../../texts/amounts.ts'
import { inspector } from '../../../texts/inspector.ts'
import { messages as texts } from '../../../texts/messages.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { VisibleText } from '../../../ui/visible/visible-text.tsx'
import { Opened } from '../body/opened.tsx'
import { readPage } from '../body/pages/body-bytes.ts'
import { useLoaded } from '../body/pages/load.ts'
import { Loading, StateMessage } from '../shown/state-message.tsx'
import { contentTypeOf } from './content-type.ts'
import styles from './messages.module.css'

type Props = {
  id: number
  row: MessageRow
  close: () => void
  /** What is looked for in all messages. */
  sought: string | undefined
}

export function MessageDetail({ id, row, close, sought }: Props) {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented) return
    if (event.target instanceof HTMLInputElement && event.target.value !== '') return
    event.preventDefault()
    event.stopPropagation()
    close()
  }
  return (
    <section className={styles['detail']} aria-label={texts.detail.region} onKeyDown={onKeyDown}>
      <p className={styles['facts']}>
        <span>{factsOf(row)}</span>
        <IconButton name={texts.detail.close} onClick={close}>
          <X size={14} aria-hidden />
        </IconButton>
      </p>
      {row.opcode === 'close' ? <CloseFrame row={row} /> : <Payload id={id} row={row} sought={sought} />}
    </section>
  )
}

function factsOf({ direction, opcode, at, length, compressed, frames }: MessageRow): string {
  const size = compressed ? texts.compressed(exactBytes(length)) : exactBytes(length)
  const facts = [`${texts.directions[direction]}, ${texts.kinds[opcode]}`, timeText(at / 1000), size]
  if (frames > 1) facts.push(texts.frames(countText(frames)))
  return facts.join(' · ')
}

/** A number and perhaps a few words: there is no view to choose. */
function CloseFrame({ row: { closeCode = 1005, preview, recorded } }: { row: MessageRow }) {
  const meaning = texts.closeCode(closeCode)
  const reason: ReactNode =
    preview !== undefined && preview !== '' ? (
      <VisibleText text={texts.detail.reason(preview)} />
    ) : recorded ? (
      texts.detail.noReason
    ) : (
      texts.detail.reasonLost
    )
  return <StateMessage title={[closeCode, meaning].filter(Boolean).join(' ')} next={reason} />
}

function Payload({ id, row, sought }: Omit<Props, 'close'>) {
  const place = { id, side: row.number, decoded: true }
  const { number } = row
  const load = useCallback(
    (signal: AbortSignal) => readPage({ id, side: number, decoded: true }, 0, signal),
    [id, number],
  )
  const page = useLoaded(load)
  if (page.status === 'loading') return <Loading text={inspector.loading} />
  if (page.status === 'failed') {
    const { code, message } = page.fault
    if (code === 'GONE') return <StateMessage title={texts.detail.gone} next={message} />
    if (code === 'NOT_DECODABLE') {
      return (
        <StateMessage title={texts.detail.notInflated} next={message}>
          <Button onClick={page.retry}>{texts.detail.goOn}</Button>
        </StateMessage>
      )
    }
    return (
      <StateMessage title={texts.notLoaded} next={message}>
        <Button onClick={page.retry}>{inspector.retry}</Button>
      </StateMessage>
    )
  }
  const { bytes: first, total, problem } = page.value
  if (total === 0) return <StateMessage title={texts.detail.empty} />
  const contentType = contentTypeOf(row.opcode, first)
  return (
    <Opened
      body={{ ...place, first, total, contentType, url: '' }}
      title={texts.detail.title(countText(number + 1))}
      problem={problem}
      sought={sought}
    />
  )
}
