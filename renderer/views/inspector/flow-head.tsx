/** What the flow is, how its body was delivered and why, and what went wrong. Stands at once, from the row. */
import { X } from 'lucide-react'
import { Fragment } from 'react'
import type { FlowDetail } from '../../../app/contract/flow-detail.ts'
import type { FlowRow } from '../../../app/contract/flow-row.ts'
import { closeInspector } from '../../store/selection.ts'
import { inspector as texts } from '../../texts/inspector.ts'
import { beginning } from '../../texts/sentence.ts'
import { IconButton } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Tag, type Tone } from '../../ui/tag.tsx'
import { explain } from './delivery/explain.ts'
import styles from './inspector.module.css'
import { exactBytes, sizeText } from '../../texts/amounts.ts'
import { ModifierLink } from './shown/modifier-link.tsx'
import { settingOfNote, waysOut } from './delivery/ways-out.ts'
import { RuleLink } from './shown/rule-link.tsx'
import { SettingLink } from './shown/setting-link.tsx'
import { WaysOut } from './shown/ways-out.tsx'
import { VisibleText } from '../../ui/visible/visible-text.tsx'

type Known = { row: FlowRow | undefined; flow: FlowDetail | undefined }

export function FlowHead({ row, flow }: Known) {
  const { method, url } = row ?? flow ?? { method: '', url: '' }
  return (
    <header className={styles['head']}>
      <div className={styles['address']}>
        <h2 className={styles['url']} title={url.slice(0, 2000)}>
          <b>{method}</b> <VisibleText text={url.length > 4000 ? `${url.slice(0, 4000)}…` : url} />
        </h2>
        <CopyButton name={texts.copyUrl} text={url} />
        <IconButton name={texts.close} keys="Esc" onClick={closeInspector}>
          <X size={14} aria-hidden />
        </IconButton>
      </div>
      <Delivery row={row} flow={flow} />
      <Failure row={row} flow={flow} />
      {flow !== undefined && flow.notes.length > 0 && (
        <ul className={styles['notes']} aria-label={texts.notes}>
          {flow.notes.map((note, index) => (
            <li key={index}>
              <VisibleText text={note} /> <NoteLink note={note} />
            </li>
          ))}
        </ul>
      )}
    </header>
  )
}

function NoteLink({ note }: { note: string }) {
  const setting = settingOfNote(note)
  return setting && <SettingLink setting={setting} />
}

function Delivery({ row, flow }: Known) {
  const state = row?.state ?? flow?.state
  const mode = row?.mode ?? flow?.delivery?.mode
  const reason = row?.reason ?? flow?.delivery?.reason
  const crossoverAt = row?.crossoverAt ?? flow?.delivery?.crossoverAt
  if (mode === undefined || reason === undefined || state === undefined) {
    return state === 'pending' ? <p className={styles['why']}>{texts.delivery.pending}</p> : null
  }
  const held = state === 'held'
  const { before, strong, after, setting, modifiers } = explain(
    crossoverAt === undefined ? { mode, reason } : { mode, reason, crossoverAt },
    state,
  )
  const tone: Tone = held ? 'held' : mode
  return (
    <p className={styles['why']}>
      <Tag tone={tone}>{held ? texts.delivery.held : texts.delivery[mode]}</Tag> {before}
      <b>
        <VisibleText text={strong} />
      </b>
      {after}{' '}
      {crossoverAt !== undefined && (
        <span title={exactBytes(crossoverAt)}>{texts.delivery.crossover(sizeText(crossoverAt))} </span>
      )}
      {setting === 'rules' ? (
        <RuleLink delivery={{ mode, reason }} />
      ) : (
        setting !== undefined && <SettingLink setting={setting} />
      )}
      {modifiers?.map((name, index) => (
        <Fragment key={name}>
          {index > 0 && ', '}
          <ModifierLink file={flow?.modifiers?.find((each) => each.name === name)?.file ?? name}>
            {texts.delivery.openModifier(name)}
          </ModifierLink>
        </Fragment>
      ))}
    </p>
  )
}

function Failure({ row, flow }: Known) {
  const state = row?.state ?? flow?.state
  const { error } = flow ?? {}
  // Who left in the handshake may have left because of us.
  const isNeutral = state === 'left' || state === 'killed' || state === 'stopped'
  if (isNeutral && error?.phase !== 'client-tls') return <p className={styles['left']}>{texts.error[state]}</p>
  const sentence = error?.message ?? row?.error
  if (sentence === undefined) return null
  const side = texts.error.sides[error?.side ?? ''] ?? error?.side
  const phase = texts.error.phases[error?.phase ?? ''] ?? error?.phase
  return (
    <p className={styles[isNeutral ? 'left' : 'error']} title={error?.code}>
      <VisibleText text={beginning(sentence)} />{' '}
      {side !== undefined && phase !== undefined && (
        <span className={styles['where']}>{texts.error.where(side, phase)}</span>
      )}
      {flow?.answered !== undefined && ` ${texts.error.answered(flow.answered, flow.response?.status)}`}
      {error?.file !== undefined && (
        <>
          {' '}
          <ModifierLink file={error.file} line={error.line} column={error.column}>
            {error.line === undefined ? texts.error.openModifier : texts.error.line(error.line)}
          </ModifierLink>
        </>
      )}{' '}
      {error !== undefined && <WaysOut ways={waysOut(error)} host={row?.host ?? flow?.url ?? ''} />}
    </p>
  )
}
