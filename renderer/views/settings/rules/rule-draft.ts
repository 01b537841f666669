/** A rule as its form has it: texts, with what is wrong beside each. The schema of the config file has the last word. */
import * as v from 'valibot'
import { settingsSchema } from '../../../../app/contract/settings.ts'
import { formatSize } from '../../../../app/contract/size.ts'
import { settings as texts } from '../../../texts/settings.ts'
import type { StreamingRule } from './rule-list.ts'

export const ruleFields = ['host', 'path', 'method', 'status', 'type', 'largerThan', 'name'] as const
export type RuleField = (typeof ruleFields)[number]
export type RuleDraft = Record<RuleField, string> & { delivery: StreamingRule['delivery']; off: boolean }
export type RuleFaults = Partial<Record<RuleField, string>>

export const emptyDraft: RuleDraft = {
  ...{ name: '', host: '', path: '', method: '', status: '', type: '', largerThan: '' },
  delivery: 'stream',
  off: false,
}

export function draftOf({ largerThan, ...rule }: StreamingRule): RuleDraft {
  return { ...emptyDraft, ...rule, largerThan: largerThan === undefined ? '' : formatSize(largerThan) }
}

/** Empty fields are not part of the rule. All faults at once, one for each field. */
export function ruleOf(draft: RuleDraft): { ok: true; rule: StreamingRule } | { ok: false; faults: RuleFaults } {
  const filled = ruleFields.flatMap((field) => (draft[field].trim() === '' ? [] : [[field, draft[field].trim()]]))
  const raw: unknown = { ...Object.fromEntries(filled), delivery: draft.delivery, ...(draft.off && { off: true }) }
  const result = v.safeParse(settingsSchema, { rules: [raw] })
  const rule = result.success ? result.output.rules?.[0] : undefined
  if (rule) return { ok: true, rule }
  const faults: RuleFaults = {}
  for (const issue of result.issues ?? []) {
    const field = ruleFields.find((name) => name === issue.path?.[2]?.key)
    if (field !== undefined) faults[field] ??= issue.message
  }
  return { ok: false, faults }
}

/** What a rule asks for, in the order people read it; empty: it matches every response. */
export function conditionsOf(rule: StreamingRule): { field: RuleField; text: string }[] {
  return ruleFields.flatMap((field) => {
    const value = field === 'name' ? undefined : rule[field]
    if (value === undefined) return []
    return [{ field, text: typeof value === 'number' ? formatSize(value) : value }]
  })
}

/** As the reason of a flow calls it: by its name, or by its number. */
export const labelOf = (rule: StreamingRule, index: number): string => texts.rules.label(rule.name, index)
