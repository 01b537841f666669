/** What a modifier runs on, as its user reads it: what is set in the panel wins field by field over the file. Pure. */
import * as v from 'valibot'
import { settingsSchema } from '../../../app/contract/settings.ts'
import type { ModifierMatchFields, ModifierRow } from '../../../app/contract/modifiers.ts'
import { modifiers } from '../../texts/modifiers.ts'

export const matchFields = ['host', 'path', 'method', 'type', 'status'] as const
export type MatchField = (typeof matchFields)[number]

/** A field that asks for something. `isSet`: in the panel, whatever the file says. */
export type Condition = { field: MatchField; text: string; isSet: boolean }

export function conditionsOf({ match, exported }: Pick<ModifierRow, 'match' | 'exported'>): Condition[] {
  return matchFields.flatMap((field) => {
    const set = match[field]
    const text = set ?? exported[field]
    return text === undefined || text === '' ? [] : [{ field, text, isSet: set !== undefined }]
  })
}

type Known = Pick<ModifierRow, 'match' | 'exported' | 'isRead'>

/** In a few words, for a line of the list: "host *.example.com, event streams". */
export function matchSummary(row: Known): string {
  const conditions = conditionsOf(row)
  if (conditions.length === 0) return row.isRead ? modifiers.match.all : modifiers.match.unread
  return conditions.map(({ field, text }) => shortOf(field, text)).join(', ')
}

const short: Record<string, string> = {
  'text/event-stream': 'event streams',
  'application/json': 'JSON',
  'application/x-ndjson': 'NDJSON',
}

function shortOf(field: MatchField, text: string): string {
  if (field === 'type') return short[text] ?? `type ${text}`
  return `${modifiers.match.words[field]} ${text}`
}

/** Fields that are empty are not set: the file decides. */
export function matchOf(texts: Partial<Record<MatchField, string | undefined>>): ModifierMatchFields {
  const filled = matchFields.flatMap((field) => {
    const text = texts[field]?.trim() ?? ''
    return text === '' ? [] : [[field, text] as const]
  })
  return Object.fromEntries(filled)
}

/** What is wrong with what is written in a field, in the words of the config file's schema; undefined: nothing. */
export function matchFault(field: MatchField, text: string): string | undefined {
  const match = matchOf({ [field]: text })
  const result = v.safeParse(settingsSchema, { modifiers: [{ file: 'modifier.ts', match }] })
  return result.issues?.[0]?.message
}
