/** A head as it came, in wire order, with what was changed on its way. */
import { ChevronDown, ChevronRight } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { FlowMessage } from '../../../../app/contract/flow-detail.ts'
import { remember, remembered } from '../../../store/remembered.ts'
import { inspector } from '../../../texts/inspector.ts'
import { CopyButton } from '../../../ui/copy-button.tsx'
import { TextInput } from '../../../ui/field.tsx'
import { HeadText } from '../../../ui/visible/visible-text.tsx'
import { readable } from '../../../ui/visible/visible.ts'
import { Fields } from './fields.tsx'
import { fieldText, headLines, matchingFields, trailerFields } from './head-lines.ts'
import styles from './message.module.css'

const texts = inspector.head
const isTrue = (value: unknown): boolean => value !== false

export function HeadView({
  message: { head, edit, trailers },
  side,
}: {
  message: FlowMessage
  side: 'request' | 'response'
}) {
  const [open, setOpen] = useState(() => remembered('inspector.head', isTrue))
  const [search, setSearch] = useState('')
  const lines = useMemo(() => headLines(head, edit), [head, edit])
  const trailing = useMemo(() => trailerFields(trailers ?? ''), [trailers])
  if (head === '') return <p className={styles['none']}>{texts.none}</p>
  const found = matchingFields(lines.fields, search)
  const count = lines.fields.filter(({ fate }) => fate !== 'added').length
  const toggle = (): void => {
    remember('inspector.head', !open)
    setOpen(!open)
  }
  const all = (): string =>
    readable([lines.startLine, ...lines.fields.filter(({ fate }) => fate !== 'added').map(fieldText)].join('\n'))
  return (
    <section className={styles['section']} aria-label={texts.title(count)}>
      <div className={styles['strip']}>
        <button type="button" className={styles['toggle']} aria-expanded={open} onClick={toggle}>
          {open ? <ChevronDown size={14} aria-hidden /> : <ChevronRight size={14} aria-hidden />}
          {texts.title(count)}
        </button>
        {open && (
          <>
            {search !== '' && (
              <span className={styles['found']} role="status">
                {texts.found(found.length, lines.fields.length)}
              </span>
            )}
            <TextInput
              className={styles['search']}
              type="search"
              aria-label={texts.search}
              placeholder={texts.search}
              value={search}
              onChange={({ target }) => setSearch(target.value)}
            />
            <CopyButton name={texts.copyAll} text={all} />
          </>
        )}
      </div>
      {open && (
        <div className={styles['lines']} tabIndex={0} role="region" aria-label={inspector.tabs[side]}>
          <p className={styles['start']}>
            {lines.sentStartLine === undefined ? (
              <HeadText text={clip(lines.startLine)} />
            ) : (
              <>
                <del>
                  <HeadText text={clip(lines.startLine)} />
                </del>{' '}
                <span className={styles['fate']}>{texts.sentAs}</span>{' '}
                <ins>
                  <HeadText text={clip(lines.sentStartLine)} />
                </ins>
              </>
            )}
          </p>
          <Fields fields={found} />
          {found.length === 0 && search !== '' && <p className={styles['none']}>{texts.nothingFound}</p>}
          {trailing.length > 0 && (
            <>
              <h3 className={styles['trailers']}>{texts.trailers}</h3>
              <Fields fields={matchingFields(trailing, search)} />
            </>
          )}
        </div>
      )}
    </section>
  )
}

/** A start line of 256 KiB is not worth freezing the page; the URL can be copied above. */
const clip = (line: string): string => (line.length > 8000 ? `${line.slice(0, 8000)}…` : line)
