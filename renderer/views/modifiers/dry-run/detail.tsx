/** The chosen row in full: both sides as text with their unseen characters, or as bytes. */
import { X } from 'lucide-react'
import { modifiers } from '../../../texts/modifiers.ts'
import { exactBytes, sizeText } from '../../../texts/amounts.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { hexRow, rowBytes, rowCount } from '../../inspector/reading/hex-rows.ts'
import { VisibleText } from '../../../ui/visible/visible-text.tsx'
import { goToLine } from '../editor/shown.ts'
import { wholeCells } from './cell.ts'
import type { Span } from './compare/changes.ts'
import type { Piece } from './compare/piece.ts'
import type { RunRow } from './compare/rows.ts'
import styles from './dry-run.module.css'
import { Spans } from './table.tsx'

const texts = modifiers.dryRun

export function Detail({ row, close }: { row: RunRow; close: () => void }) {
  return (
    <section className={styles['detail']} aria-label={texts.detail}>
      {row.kind === 'chunk' ? (
        <>
          <Whole title={texts.input1} piece={row.input} spans={wholeCells(row).input} none={texts.nothingHere} />
          <Whole title={texts.output1} piece={row.output} spans={wholeCells(row).output} none={texts.fates[row.fate]} />
        </>
      ) : (
        <div className={styles['whole']} tabIndex={0} role="region" aria-label={texts.detail}>
          {row.kind === 'log' && (
            <pre>
              <VisibleText text={row.text} lines />
            </pre>
          )}
          {row.kind === 'error' && (
            <>
              <p>{row.problem.message}</p>
              {row.problem.line !== undefined && (
                <Button onClick={() => goToLine(row.problem.line ?? 1, row.problem.column)}>
                  {texts.goTo(row.problem.line)}
                </Button>
              )}
            </>
          )}
          {row.kind === 'head' && (
            <pre>
              {(row.headers ?? []).map(([name, value], index) => (
                <div key={index}>
                  <VisibleText text={`${name}: ${value}`} />
                </div>
              ))}
            </pre>
          )}
        </div>
      )}
      <IconButton name={texts.detailClose} className={styles['close'] ?? ''} onClick={close}>
        <X size={14} aria-hidden />
      </IconButton>
    </section>
  )
}

type WholeProps = { title: string; piece: Piece | undefined; spans: readonly Span[]; none: string }

function Whole({ title, piece, spans, none }: WholeProps) {
  return (
    <div className={styles['whole']} tabIndex={0} role="region" aria-label={title}>
      <h4>
        {title} {piece && <span>{exactBytes(piece.length)}</span>}
      </h4>
      {!piece && <p className={styles['quiet']}>{none}</p>}
      {piece &&
        (piece.isText ? (
          <pre>
            <Spans spans={spans} lines />
          </pre>
        ) : (
          <Hex piece={piece} />
        ))}
      {piece?.isCut && (
        <p className={styles['quiet']}>{texts.cutShort(sizeText(piece.bytes.length), sizeText(piece.length))}</p>
      )}
    </div>
  )
}

function Hex({ piece: { bytes } }: { piece: Piece }) {
  return (
    <pre>
      {Array.from({ length: rowCount(bytes.length) }, (_, row) => {
        const at = row * rowBytes
        const { offset, hex, ascii } = hexRow(bytes.subarray(at, at + rowBytes), at, bytes.length)
        return (
          <div key={row}>
            <i>{offset}</i> {hex.padEnd(rowBytes * 3)} <b>{ascii}</b>
          </div>
        )
      })}
    </pre>
  )
}
