/** Changes as `settings.set` takes them, made from what holds: what an undo gives back. */
import type { OptionKey, Values } from '../../../../app/contract/options.ts'
import { written } from '../fields/written.ts'
import { isPanelKey, same } from '../rows/table.ts'

export type Patch = Record<string, unknown>

/** What was changed, from what to what; `label` says it to the user. */
export type Entry = { label: string; before: Patch; after: Patch }

/** These keys as they are in `values`; null where nothing is given. An address is written, everything else stays. */
export function patchOf(values: Values, keys: readonly string[]): Patch {
  return Object.fromEntries(
    keys.map((key) => {
      const value: unknown = values[key as OptionKey]
      if (value === undefined) return [key, null]
      return [key, key === 'listen' && isPanelKey(key) ? written(key, value) : value]
    }),
  )
}

/** Undefined when nothing has changed. */
export function entryOf(label: string, keys: readonly string[], from: Values, to: Values): Entry | undefined {
  const before = patchOf(from, keys)
  const after = patchOf(to, keys)
  return same(before, after) ? undefined : { label, before, after }
}

/** Whether what the entry made is still so: undoing it must not wipe out what another window has set since. */
export const stillHolds = (entry: Entry, values: Values): boolean =>
  same(patchOf(values, Object.keys(entry.after)), entry.after)
