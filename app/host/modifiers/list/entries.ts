/** The ordered list of modifiers as a value: what the settings keep, what the command line gives, what lies in the folder. */
import type { ModifierEntry, ModifierMatch } from '../../../../main/model/modifier.ts'
import type { Checked } from '../../../contract/contract.ts'
import type { ModifierMatchFields } from '../../../contract/modifiers.ts'

export type Listed = {
  entry: ModifierEntry
  /** Given on the command line, in the environment or by the file's `modifier`. */
  fixed: boolean
  /** Only the folder has it: nobody has put it into the list. */
  stray: boolean
}

/**
 * As windows show it: those given from outside first, as they are applied; then those of the settings, in their order;
 * then what else lies in the folder, which is applied to nothing until somebody switches it on. Each file once.
 */
export function listOf(
  fixed: readonly string[],
  entries: readonly ModifierEntry[],
  inFolder: readonly string[],
): Listed[] {
  const list = new Map<string, Listed>()
  const add = (entry: ModifierEntry, from: Omit<Listed, 'entry'>): void => {
    if (!list.has(entry.file)) list.set(entry.file, { entry, ...from })
  }
  for (const file of fixed) add({ file }, { fixed: true, stray: false })
  for (const entry of entries) add(entry, { fixed: false, stray: false })
  for (const file of inFolder) add({ file, off: true }, { fixed: false, stray: true })
  return [...list.values()]
}

type Row = Checked<'modifiers.arrange'>['rows'][number]

/**
 * The settings' list in a new order. Rows of what is not in the list any more, or is fixed, are passed over; those that
 * are not named keep their order at the end.
 */
export function arranged(list: readonly Listed[], rows: readonly Row[]): ModifierEntry[] {
  const free = new Map(list.filter(({ fixed }) => !fixed).map((one) => [one.entry.file, one]))
  const entries: ModifierEntry[] = []
  for (const { id, off, match, recode } of rows) {
    if (!free.delete(id)) continue
    const fields = matchOf(match)
    entries.push({ file: id, ...(off && { off }), ...(fields && { match: fields }), ...(recode && { recode }) })
  }
  const others = [...free.values()].filter(({ stray }) => !stray)
  return [...entries, ...others.map(({ entry }) => entry)]
}

/** What the settings keep, with one of them replaced; `undefined` takes it away. */
export function replaced(
  list: readonly Listed[],
  file: string,
  change: (entry: ModifierEntry) => ModifierEntry | undefined,
): ModifierEntry[] {
  return list.flatMap(({ entry, fixed, stray }) => {
    if (fixed || (stray && entry.file !== file)) return []
    const next = entry.file === file ? change(entry) : entry
    return next ? [next] : []
  })
}

const fieldNames = ['host', 'path', 'method', 'type', 'status'] as const

/** Empty fields are absent ones; undefined: none is left. */
export function matchOf(fields: ModifierMatchFields): ModifierMatch | undefined {
  const match: ModifierMatch = {}
  for (const name of fieldNames) {
    const glob = fields[name]?.trim()
    if (glob) match[name] = glob
  }
  return Object.keys(match).length > 0 ? match : undefined
}
