/** Values with the place each came from, so that a later complaint can name it. */
import { optionsIn, type Option, type OptionKey, type Place, type Values } from '../../contract/options.ts'
import { parseTexts } from '../../contract/texts.ts'
import { UsageError } from './usage-error.ts'

export type Given = {
  values: Values
  /** "--stream", "SPILLWAY_STREAM", "spillway.json: stream". */
  from: Partial<Record<OptionKey, string>>
}

/** Reads texts, as the command line and the environment have them, by the table. Throws UsageError. */
export function readTexts(
  place: Place,
  textsOf: (key: OptionKey, option: Option) => readonly string[],
  nameOf: (key: OptionKey) => string,
): Given {
  const values: Record<string, unknown> = {}
  const from: Given['from'] = {}
  for (const [key, option] of optionsIn(place)) {
    const texts = textsOf(key, option)
    if (texts.length === 0) continue
    const parsed = parseTexts(option, texts)
    if (!parsed.ok) throw new UsageError(nameOf(key), parsed.message)
    values[key] = parsed.value
    from[key] = nameOf(key)
  }
  // parseTexts gives each kind of option the value ValueOfKind names.
  return { values, from }
}

/** An option that both say something about is what `first` says; lists are not joined. */
export function firstOf(first: Given, second: Given): Given {
  return { values: { ...second.values, ...first.values }, from: { ...second.from, ...first.from } }
}
