/** The panel's rows: the table of options, in its order, with titles and sections. */
import { defaultValues } from '../../../../app/contract/defaults.ts'
import { optionsIn, type Option, type OptionKey } from '../../../../app/contract/options.ts'
import {
  settings as texts,
  type HiddenKey,
  type PanelKey,
  type RowText,
  type SectionId,
} from '../../../texts/settings.ts'
import { written } from '../fields/written.ts'

export type Row = {
  key: PanelKey
  option: Option
  text: RowText
  help: string
  /** The default as text: "500ms", "none". */
  usual: string
}

export type Section = { id: SectionId; title: string; rows: readonly Row[] }

export const hidden: readonly HiddenKey[] = ['json', 'quiet', 'modifier', 'modifiers']

export const isPanelKey = (key: string): key is PanelKey => Object.hasOwn(texts.rows, key)

/** Help of the command line says its default and how to repeat the option; the panel shows both in its own way. */
const withoutDefault = (help: string): string => help.replace(/ (Default [^ ]+\.|On by default\.|Repeatable\.)$/, '')

function rowOf(key: OptionKey, option: Option): Row[] {
  if (!isPanelKey(key)) return []
  const text = texts.rows[key]
  const usual = text.without ?? written(key, defaultValues[key] ?? (option.kind === 'switch' ? false : undefined))
  return [{ key, option, text, help: text.help ?? withoutDefault(option.help), usual }]
}

export const rows: readonly Row[] = optionsIn('file').flatMap(([key, option]) => rowOf(key, option))

/** Within a section, the order is that of the texts: what belongs together stands together. */
const order = Object.keys(texts.rows)

export const sections: readonly Section[] = (Object.entries(texts.sections) as [SectionId, string][]).map(
  ([id, title]) => ({
    id,
    title,
    rows: rows.filter(({ text }) => text.section === id).sort((a, b) => order.indexOf(a.key) - order.indexOf(b.key)),
  }),
)

/** Whether what is given says something else than the default. */
export function differs(key: PanelKey, value: unknown): boolean {
  if (value === undefined) return false
  const usual: unknown = defaultValues[key] ?? (typeof value === 'boolean' ? false : undefined)
  return !same(value, usual)
}

/** Of plain JSON values; an absent key and an undefined one are the same. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...keys].every((key) => same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
}
