import { memo } from 'react'
import styles from './visible.module.css'
import { piecesOf, readable } from './visible.ts'

/** Captured text: never markup, and nothing in it stays unseen. `lines`: breaks are kept, rather than marked. */
export const VisibleText = memo(function VisibleText({ text, lines = false }: { text: string; lines?: boolean }) {
  const pieces = piecesOf(text, { lines: lines ? 'kept' : 'marked' })
  return pieces.map((piece, index) =>
    piece.hidden ? (
      <span key={index} className={styles['mark']} title={piece.name}>
        {piece.text}
      </span>
    ) : (
      piece.text
    ),
  )
})

/** Of a head, kept as latin1. */
export const HeadText = ({ text }: { text: string }) => <VisibleText text={readable(text)} />
