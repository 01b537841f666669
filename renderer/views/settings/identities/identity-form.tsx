import { useEffect, useId, useRef, useState } from 'react'
import { client, faultOf } from '../../../client/index.ts'
import { useAppInfo } from '../../../store/app.ts'
import { notify } from '../../../store/notices.ts'
import { settings } from '../../../texts/settings.ts'
import { Button } from '../../../ui/button.tsx'
import { Field, TextInput } from '../../../ui/field.tsx'
import { Segmented } from '../../../ui/segmented.tsx'
import { EditForm } from '../fields/edit-form.tsx'
import rules from '../rules/rules.module.css'
import {
  fieldsOf,
  identityOf,
  isFile,
  type IdentityDraft,
  type IdentityFaults,
  type IdentityField,
} from './identity-draft.ts'
import styles from './identities.module.css'

const texts = settings.identities

const forms = (['pem', 'pfx'] as const).map((value) => ({ value, label: texts.forms[value] }))

type Props = {
  /** Of the one that is edited. */
  host: string | undefined
  draft: IdentityDraft
  edit: (draft: IdentityDraft) => void
  /** What the host refuses, by the field it is in; undefined: it is saved. */
  save: (draft: IdentityDraft) => Promise<IdentityFaults | undefined>
  cancel: () => void
}

/** Host and files, with each field's mistake beside it: our own as it is written, those of the files when it is saved. */
export function IdentityForm({ host, draft, edit, save, cancel }: Props) {
  const [saving, setSaving] = useState(false)
  /** Mistakes are told from the first try on: nobody likes to hear of a field that is not reached yet. */
  const [tried, setTried] = useState(false)
  const [refused, setRefused] = useState<{ draft: IdentityDraft; faults: IdentityFaults }>()
  const title = useId()
  const form = useRef<HTMLFormElement>(null)
  const canChoose = useAppInfo().value?.host === 'desktop'
  const read = identityOf(draft)
  const own = read.ok || !tried ? {} : read.faults
  const faults = refused?.draft === draft ? { ...refused.faults, ...own } : own

  /** The first mistake is to be focused as soon as it is drawn. */
  const toFault = useRef(false)
  useEffect(() => {
    const at = toFault.current && form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')
    if (!at) return
    toFault.current = false
    at.focus()
  })
  const submit = async (): Promise<void> => {
    setTried(true)
    if (!read.ok) {
      // The second time they are there already, and nothing is drawn anew.
      if (tried) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
      else toFault.current = true
      return
    }
    setSaving(true)
    const wrong = await save(draft)
    setSaving(false)
    if (!wrong) return
    toFault.current = Object.keys(wrong).length > 0
    setRefused({ draft, faults: wrong })
  }
  const choose = async (field: IdentityField): Promise<void> => {
    try {
      const { path } = await client.call('files.choose', undefined)
      if (path !== undefined) edit({ ...draft, [field]: path })
    } catch (error) {
      notify(faultOf(error).message, 'problem')
    }
  }

  return (
    <EditForm ref={form} className={rules['form']} labelledBy={title} submit={submit} cancel={cancel}>
      <h4 id={title}>{host === undefined ? texts.formNew : texts.formEdit(host)}</h4>
      <div className={rules['then']}>
        <Segmented
          name={texts.form}
          value={draft.form}
          choices={forms}
          onChange={(next) => edit({ ...draft, form: next })}
        />
      </div>
      <div className={styles['fields']}>
        {fieldsOf(draft.form).map((field) => (
          <Field key={field} label={texts.fields[field]} error={faults[field]} help={texts.helps[field]} room>
            {(named) => (
              <span className={styles['line']}>
                <TextInput
                  {...named}
                  type={field === 'passphrase' ? 'password' : 'text'}
                  autoComplete={field === 'passphrase' ? 'new-password' : 'off'}
                  className={rules['input']}
                  value={draft[field]}
                  placeholder={texts.holders[field]}
                  autoFocus={field === 'host'}
                  onChange={(event) => edit({ ...draft, [field]: event.target.value })}
                />
                {canChoose && isFile(field) && (
                  <Button aria-label={texts.chooseName(texts.fields[field])} onClick={() => void choose(field)}>
                    {texts.choose}
                  </Button>
                )}
              </span>
            )}
          </Field>
        ))}
      </div>
      <div className={rules['answers']}>
        <Button onClick={cancel}>{texts.cancel}</Button>
        <Button type="submit" look="primary" disabled={saving}>
          {host === undefined ? texts.addIt : texts.save}
        </Button>
      </div>
    </EditForm>
  )
}
