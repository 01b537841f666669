/** A client certificate as its form has it: texts, with what is wrong beside each. The host has the last word on the files. */
import * as v from 'valibot'
import type { Values } from '../../../../app/contract/options.ts'
import { settingsSchema } from '../../../../app/contract/settings.ts'
import type { CallFault } from '../../../../app/contract/wire.ts'
import { settings as texts } from '../../../texts/settings.ts'

export type Identities = NonNullable<Values['clientCerts']>
export type Identity = Identities[number]

/** Of a form: `pem` are one or two files, `pfx` is one. */
export type Form = 'pem' | 'pfx'
export type IdentityField = 'host' | 'cert' | 'key' | 'pfx' | 'passphrase'
export type IdentityDraft = Record<IdentityField, string> & { form: Form }
export type IdentityFaults = Partial<Record<IdentityField, string>>

export const emptyDraft: IdentityDraft = { host: '', cert: '', key: '', pfx: '', passphrase: '', form: 'pem' }

export const draftOf = (identity: Identity): IdentityDraft => ({
  ...emptyDraft,
  ...identity,
  form: identity.pfx === undefined ? 'pem' : 'pfx',
})

export const fieldsOf = (form: Form): readonly IdentityField[] =>
  form === 'pem' ? ['host', 'cert', 'key', 'passphrase'] : ['host', 'pfx', 'passphrase']

/** Whether it names a file, which can be chosen. */
export const isFile = (field: IdentityField): field is 'cert' | 'key' | 'pfx' =>
  field === 'cert' || field === 'key' || field === 'pfx'

/** Empty fields are not part of it. All faults at once, one for each field. */
export function identityOf(
  draft: IdentityDraft,
): { ok: true; identity: Identity } | { ok: false; faults: IdentityFaults } {
  const raw: Record<string, string> = {}
  for (const field of fieldsOf(draft.form)) {
    // A blank may be a part of a passphrase.
    const text = field === 'passphrase' ? draft[field] : draft[field].trim()
    if (text !== '') raw[field] = text
  }
  const faults: IdentityFaults = {}
  if (raw['host'] === undefined) faults.host = texts.identities.noHost
  if (raw[draft.form === 'pem' ? 'cert' : 'pfx'] === undefined) {
    faults[draft.form === 'pem' ? 'cert' : 'pfx'] = texts.identities.noFile
  }
  const result = v.safeParse(settingsSchema, { clientCerts: [raw] })
  for (const issue of result.issues ?? []) {
    const field = fieldsOf(draft.form).find((name) => name === issue.path?.[2]?.key)
    if (field !== undefined) faults[field] ??= issue.message
  }
  const identity = result.success ? result.output.clientCerts?.[0] : undefined
  return identity && Object.keys(faults).length === 0 ? { ok: true, identity } : { ok: false, faults }
}

/** What the host says of the entry at `index`, by its field; undefined: it is about something else. */
export function faultAt({ message, place }: CallFault, index: number): IdentityFaults | undefined {
  const [, at, field] = /^clientCerts\[(\d+)\]\.(\w+)$/.exec(place ?? '') ?? []
  const known = (['host', 'cert', 'key', 'pfx', 'passphrase'] as const).find((name) => name === field)
  if (known === undefined || Number(at) !== index) return undefined
  // It begins with which of the list it is.
  return { [known]: message.replace(/^number \d+, for \S+: /, '') }
}
