/** Values and the text they are written as in the panel: the command line's parsers, and times where it has only milliseconds. */
import { options, type Address, type Option } from '../../../../app/contract/options.ts'
import { formatSize, type Parsed } from '../../../../app/contract/size.ts'
import { parseTexts } from '../../../../app/contract/texts.ts'
import { settings as texts, type PanelKey } from '../../../texts/settings.ts'
import { formatDuration, parseDuration } from './duration.ts'

export const optionOf = (key: PanelKey): Option => options[key]

export const isDuration = (key: PanelKey): boolean => key.endsWith('Ms')

/** One line of text for a value; nothing given is empty. */
export function written(key: PanelKey, value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'number') {
    if (isDuration(key)) return formatDuration(value)
    return optionOf(key).kind === 'size' ? formatSize(value) : String(value)
  }
  if (typeof value === 'string') return optionOf(key).kind === 'choice' ? choiceText(key, value) : value
  if (typeof value === 'boolean') return value ? texts.on : texts.off
  if (Array.isArray(value)) return listText(key, value)
  return optionOf(key).kind === 'address' ? writtenAddress(value as Address) : JSON.stringify(value)
}

function listText(key: PanelKey, value: readonly unknown[]): string {
  if (value.length === 0) return texts.rows[key].without ?? ''
  return ['rules', 'certificates'].includes(optionOf(key).kind) ? String(value.length) : value.join(', ')
}

const choiceText = (key: PanelKey, value: string): string => texts.rows[key].choices?.[value] ?? value

/** As parseAddress reads it. */
export function writtenAddress({ host, port }: Address): string {
  if (port === undefined) return host
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** What is written in a text field, as `settings.set` takes it; null: back to the default. */
export function readText(key: PanelKey, text: string): Parsed<string | number | null> {
  const trimmed = text.trim()
  if (trimmed === '') return { ok: true, value: null }
  const option = optionOf(key)
  if (isDuration(key)) return readDuration(key, option, trimmed)
  const parsed = parseTexts(option, [trimmed])
  if (!parsed.ok) return parsed
  return { ok: true, value: typeof parsed.value === 'number' ? parsed.value : trimmed }
}

function readDuration(key: PanelKey, { least = 0, most = Infinity }: Option, text: string): Parsed<number | null> {
  if (text.toLowerCase() === 'never') {
    // Where "nothing given" means never, it is the same word.
    if (texts.rows[key].without !== undefined) return { ok: true, value: null }
    return { ok: false, message: `"${text}": ${key === 'holdMs' ? texts.neverHeld : texts.neverNot}` }
  }
  const parsed = parseDuration(text)
  if (!parsed.ok) return parsed
  if (parsed.value < least) return { ok: false, message: `"${text}" is ${texts.timeTooShort(formatDuration(least))}` }
  if (parsed.value > most) return { ok: false, message: `"${text}" is ${texts.timeTooLong(`${most}ms`)}` }
  return parsed
}

/** The exact amount behind a short text: "3,145,728 bytes", "2,000 ms"; undefined where the text says it all. */
export function amount(key: PanelKey, value: unknown): string | undefined {
  if (typeof value !== 'number') return undefined
  if (isDuration(key)) return texts.milliseconds(value)
  return optionOf(key).kind === 'size' ? texts.bytes(value) : undefined
}
