import { memo } from 'react'
import type { LostRow, MessageRow } from '../../../../app/contract/messages.ts'
import { countText, exactBytes, exactTime, sizeText, timeText } from '../../../texts/amounts.ts'
import { messages as texts } from '../../../texts/messages.ts'
import { classes } from '../../../ui/classes.ts'
import { VisibleText } from '../../../ui/visible/visible-text.tsx'
import { unseen } from '../../../ui/unseen.ts'
import styles from './messages.module.css'

/** The id by which the list says where the keyboard is. */
export const rowId = (place: number): string => `message-${place}`

type Props = { row: MessageRow | LostRow | undefined; place: number; chosen: boolean; choose: (place: number) => void }

/** Undefined: its row is on its way, and keeps its place. */
export const Row = memo(function Row({ row, place, chosen, choose }: Props) {
  return (
    <div
      id={rowId(place)}
      role="row"
      aria-rowindex={place + 2}
      aria-selected={chosen}
      className={classes(styles['row'], row && 'direction' in row && styles[row.direction])}
      onClick={() => choose(place)}
    >
      {row && 'lost' in row ? (
        <span role="gridcell" aria-colspan={5} className={styles['lost']}>
          {texts.lost}
        </span>
      ) : row ? (
        <Cells row={row} />
      ) : (
        <span role="gridcell" aria-colspan={5} />
      )}
    </div>
  )
})

function Cells({ row }: { row: MessageRow }) {
  const { direction, at, length, compressed, frames } = row
  const size = compressed ? texts.compressed(exactBytes(length)) : exactBytes(length)
  return (
    <>
      <span role="gridcell" className={styles['direction']} title={texts.directions[direction]}>
        <i aria-hidden>{direction === 'sent' ? '↑' : '↓'}</i>
        <i className={unseen}>{texts.directions[direction]}</i>
      </span>
      <span role="gridcell" className={styles['figure']} title={exactTime(at)}>
        {timeText(at / 1000)}
      </span>
      <span role="gridcell" className={styles['kind']}>
        {texts.kinds[row.opcode]}
      </span>
      <span
        role="gridcell"
        className={styles['figure']}
        title={frames > 1 ? `${size}, ${texts.frames(countText(frames))}` : size}
      >
        {sizeText(length)}
      </span>
      <span role="gridcell" className={styles['preview']}>
        <Preview row={row} />
      </span>
    </>
  )
}

function Preview({ row: { opcode, closeCode, preview, hex, recorded, notInflated } }: { row: MessageRow }) {
  return (
    <>
      {opcode === 'close' && <CloseCode code={closeCode} />}
      {preview !== undefined && preview !== '' && <VisibleText text={preview} />}
      {hex !== undefined && <span className={styles['bytes']}>{hex}</span>}
      {!recorded && <em> {texts.notRecorded}</em>}
      {notInflated !== undefined && <em>{texts.notInflated[notInflated]}</em>}
    </>
  )
}

function CloseCode({ code }: { code: number | undefined }) {
  if (code === undefined) return <em>{texts.noCloseCode}</em>
  return <b>{[code, texts.closeCode(code)].filter(Boolean).join(' ')} </b>
}
