/** Client certificates: for which host which files. Tried in order; every edit is applied at once, if the files are right. */
import { ChevronDown, ChevronUp, Pencil, Plus, Trash2 } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { CallFault } from '../../../../app/contract/wire.ts'
import { settings } from '../../../texts/settings.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { unseen } from '../../../ui/unseen.ts'
import { change } from '../change/history.ts'
import { useKeptDraft } from '../fields/kept.ts'
import { controlId } from '../rows/ids.ts'
import { same, type Row } from '../rows/table.ts'
import { inserted, lineKeys, moved, removed, whereIs } from '../rules/rule-list.ts'
import rules from '../rules/rules.module.css'
import styles from './identities.module.css'
import {
  draftOf,
  emptyDraft,
  faultAt,
  identityOf,
  type Identities,
  type Identity,
  type IdentityDraft,
  type IdentityFaults,
} from './identity-draft.ts'
import { IdentityForm } from './identity-form.tsx'

const texts = settings.identities

/** One being written: a new one, or `from` that was at `index` when its form was opened. */
type Editing = { index: number; from: Identity | undefined; draft: IdentityDraft }
type Act = 'edit' | 'remove' | 'up' | 'down'

export function IdentitiesEditor({ row, identities, locked }: { row: Row; identities: Identities; locked: boolean }) {
  const [editing, setEditing] = useKeptDraft<Editing>(row.key)
  const [fault, setFault] = useState<string>()
  const [told, setTold] = useState('')
  const lines = useRef<HTMLOListElement>(null)
  /** What is to be focused once the list is drawn anew. */
  const wanted = useRef<{ line: number; act: Act } | 'add' | undefined>(undefined)

  useEffect(() => {
    const at = wanted.current
    if (!at) return
    const line = at === 'add' ? undefined : lines.current?.children[at.line]
    const control =
      at === 'add'
        ? document.getElementById(controlId(row.key))
        : line?.querySelector<HTMLElement>(`[data-act="${at.act}"]`)
    if (!control) return
    wanted.current = undefined
    control.focus()
  })

  const apply = async (next: Identities, label: string): Promise<CallFault | undefined> => {
    const failed = await change({ [row.key]: next.length > 0 ? next : null }, label)
    setFault(failed?.message)
    if (failed) wanted.current = undefined
    return failed
  }

  /** Where the one that is edited is now; undefined: it is new, or has gone meanwhile. */
  const at = editing?.from && whereIs(identities, editing.from, editing.index)
  const keys = lineKeys(identities)

  const close = (): void => {
    setEditing(undefined)
    wanted.current = at === undefined ? 'add' : { line: at, act: 'edit' }
  }

  const save = async (draft: IdentityDraft): Promise<IdentityFaults | undefined> => {
    const read = identityOf(draft)
    if (!read.ok) return read.faults
    const index = at ?? identities.length
    const next = at === undefined ? inserted(identities, index, read.identity) : identities.with(at, read.identity)
    const failed = await apply(next, (at === undefined ? texts.did.added : texts.did.saved)(read.identity.host))
    if (!failed) {
      wanted.current = { line: index, act: 'edit' }
      // Whoever has gone on meanwhile, in this form or another, keeps it.
      setEditing((now) => {
        if (now?.draft === draft) return undefined
        return now && same(now.from, editing?.from) ? { ...now, from: read.identity } : now
      })
      return undefined
    }
    const faults = faultAt(failed, index)
    // Beside its field, and then not below the list as well.
    if (faults) setFault(undefined)
    return faults ?? {}
  }

  const move = (from: number, to: number, act: Act): void => {
    const identity = identities[from]
    if (!identity) return
    wanted.current = { line: to, act }
    void apply(moved(identities, from, to), texts.did.moved(identity.host)).then((failed) => {
      if (!failed) setTold(texts.moved(identity.host, to + 1, identities.length))
    })
  }

  const form = editing && (
    <IdentityForm
      key={`${editing.index} ${JSON.stringify(editing.from)}`}
      host={editing.from?.host}
      draft={editing.draft}
      edit={(draft) => setEditing((now) => now && { ...now, draft })}
      save={save}
      cancel={close}
    />
  )

  return (
    <div className={rules['rules']}>
      {identities.length === 0 && !editing && <p className={rules['none']}>{texts.none}</p>}
      <ol ref={lines} className={rules['list']} aria-label={texts.list}>
        {identities.map((identity, index) => (
          <li key={keys[index]} className={rules['line']}>
            <div className={rules['rule']}>
              <span className={rules['number']}>{index + 1}</span>
              <div className={rules['said']}>
                <strong>{identity.host}</strong>
                <span className={styles['files']}>
                  {[identity.pfx ?? identity.cert, identity.key].filter(Boolean).join(' + ')}
                </span>
              </div>
              <div className={rules['acts']}>
                <IconButton
                  data-act="up"
                  name={texts.up(identity.host)}
                  disabled={locked || index === 0}
                  onClick={() => move(index, index - 1, index === 1 ? 'down' : 'up')}
                >
                  <ChevronUp size={14} aria-hidden />
                </IconButton>
                <IconButton
                  data-act="down"
                  name={texts.down(identity.host)}
                  disabled={locked || index === identities.length - 1}
                  onClick={() => move(index, index + 1, index === identities.length - 2 ? 'up' : 'down')}
                >
                  <ChevronDown size={14} aria-hidden />
                </IconButton>
                <IconButton
                  data-act="edit"
                  name={texts.edit(identity.host)}
                  disabled={locked || editing !== undefined}
                  onClick={() => setEditing({ index, from: identity, draft: draftOf(identity) })}
                >
                  <Pencil size={14} aria-hidden />
                </IconButton>
                <IconButton
                  data-act="remove"
                  name={texts.remove(identity.host)}
                  disabled={locked}
                  onClick={() => {
                    const left = identities.length - 1
                    wanted.current = left === 0 ? 'add' : { line: Math.min(index, left - 1), act: 'remove' }
                    void apply(removed(identities, index), texts.did.removed(identity.host))
                  }}
                >
                  <Trash2 size={14} aria-hidden />
                </IconButton>
              </div>
            </div>
            {at === index && form}
          </li>
        ))}
      </ol>
      {at === undefined && form}
      {fault !== undefined && (
        <p role="alert" className={rules['fault']}>
          {fault}
        </p>
      )}
      <div className={rules['below']}>
        <Button
          id={controlId(row.key)}
          disabled={locked || editing !== undefined}
          onClick={() => setEditing({ index: identities.length, from: undefined, draft: emptyDraft })}
        >
          <Plus size={14} aria-hidden /> {texts.add}
        </Button>
      </div>
      <p role="status" className={unseen}>
        {told}
      </p>
    </div>
  )
}
