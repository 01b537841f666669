/** An ordered list, of rules or of client certificates, as its user edits it: every function gives a new list. */
import type { Values } from '../../../../app/contract/options.ts'
import { same } from '../rows/table.ts'

export type Rules = NonNullable<Values['rules']>
export type StreamingRule = Rules[number]

export const inserted = <T>(list: readonly T[], index: number, one: T): T[] => list.toSpliced(index, 0, one)

export const removed = <T>(list: readonly T[], index: number): T[] => list.toSpliced(index, 1)

/** To the place `to`, counted without the moved one; beyond the ends it stays at them. */
export function moved<T extends object>(list: readonly T[], from: number, to: number): T[] {
  const one = list[from]
  if (!one) return [...list]
  return inserted(removed(list, from), Math.max(0, Math.min(list.length - 1, to)), one)
}

/** The copy comes right behind it, so that it matches nothing until it is edited. */
export function duplicated(rules: Rules, index: number): Rules {
  const rule = rules[index]
  return rule ? inserted(rules, index + 1, { ...rule }) : rules
}

export function switched(rules: Rules, index: number): Rules {
  const rule = rules[index]
  if (!rule) return rules
  const { off = false, ...rest } = rule
  return rules.with(index, off ? rest : { ...rest, off: true })
}

/** Where one is that was at `index`, after others may have changed the list; undefined: it is not there any more. */
export function whereIs(list: readonly object[], one: object, index: number): number | undefined {
  if (same(list[index], one)) return index
  const found = list.findIndex((other) => same(other, one))
  return found === -1 ? undefined : found
}

/** Saves an edited rule in its place, or as a new one near it when the one it was made from is gone. */
export function saved(rules: Rules, from: StreamingRule | undefined, index: number, rule: StreamingRule): Rules {
  const at = from && whereIs(rules, from, index)
  return at === undefined ? inserted(rules, Math.min(index, rules.length), rule) : rules.with(at, rule)
}

/** A name for each line that stays with what is in it while others move; equal ones are told apart by their order. */
export function lineKeys(list: readonly object[]): string[] {
  const seen = new Map<string, number>()
  return list.map((one) => {
    const text = JSON.stringify(Object.entries(one).sort())
    const nth = seen.get(text) ?? 0
    seen.set(text, nth + 1)
    return `${text} ${nth}`
  })
}
