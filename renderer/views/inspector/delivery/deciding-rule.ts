/**
 * Which rule decided about a flow. Its reason tells what the rule was: 'rule 2: type video/*', 'rule "films": host a'.
 * Numbers change when rules are moved, so the rule is found again by what it asks for. Pure.
 */
import type { FlowDetail } from '../../../../app/contract/flow-detail.ts'
import type { Values } from '../../../../app/contract/options.ts'
import { ruleWords } from '../../../../app/contract/rule-words.ts'

type Delivery = NonNullable<FlowDetail['delivery']>
type Rules = NonNullable<Values['rules']>

/** As main/streaming/reason.ts writes it; undefined: no rule decided. */
export function ruleOf(reason: string): { label: string; name: string | undefined; asked: string } | undefined {
  const [, label, name, asked] = /^(rule (?:"(.*)"|\d+)): (.+)$/s.exec(reason) ?? []
  return label === undefined || asked === undefined ? undefined : { label, name, asked }
}

/**
 * Where it is now: the rule of that name, or without one, that asks for the same and does the same; of several the one
 * that is still at its number, or else the first. Undefined: it has been changed or removed since.
 */
export function decidingRule({ reason, mode }: Pick<Delivery, 'reason' | 'mode'>, rules: Rules): number | undefined {
  const told = ruleOf(reason)
  if (!told) return undefined
  const choice = mode === 'streamed' ? 'stream' : 'buffer'
  const same = rules.flatMap((rule, index) =>
    (rule.name ?? '') === (told.name ?? '') && rule.delivery === choice && ruleWords(rule) === told.asked
      ? [index]
      : [],
  )
  return same.find((index) => told.label === `rule ${index + 1}`) ?? same[0]
}
