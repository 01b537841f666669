/**
 * How a response body reaches its client. Pure and total: one head in, one Delivery out, which drives everything that
 * follows and is what people are shown.
 */
import type { Framing } from '../http1/index.ts'
import { isLiveType } from '../model/live-types.ts'
import type { Settings } from '../model/settings.ts'
import { matchRule, ruleLabel, type ResponseFacts } from '../rules/index.ts'
import { describeReason, type Reason } from './reason.ts'

export type Delivery = {
  mode: 'buffered' | 'streamed'
  reason: Reason
  /** The reason in words. */
  words: string
  /** Held bytes beyond which a buffered body turns streamed, and what is said then. */
  crossoverAt: { bytes: number; reason: Reason } | undefined
  /** A buffered body turns streamed when it has been held for so long; milliseconds. */
  holdMs: number | undefined
  /** `live`: as it passes, up to the buffer limit. A buffered body is always recorded. */
  record: 'live' | 'nothing'
  /** Modifiers it goes through, in order. */
  modifiers: readonly string[]
  /** Who asked for what the buffer limit or a full disk may deny: "not applied" is then noted under this name. */
  asked: string | undefined
}

/** Who else has a say, beside the settings. */
export type Claims = {
  /** A breakpoint or body rule that needs the body whole, e.g. "body rule 3". */
  wholeBody: string | undefined
  script: { by: string; choice: 'stream' | 'buffer' } | undefined
  modifiers: readonly string[]
}

export const noClaims: Claims = { wholeBody: undefined, script: undefined, modifiers: [] }

export type DecisionSettings = Pick<
  Settings,
  'streamSize' | 'streamUnknown' | 'liveTypes' | 'holdMs' | 'bufferLimit' | 'rules'
>

/** The order of decision; the first that applies decides, and what was buffered may still cross over. */
export function decide(facts: ResponseFacts, framing: Framing, claims: Claims, settings: DecisionSettings): Delivery {
  if (framing.kind === 'none' || facts.length === 0) return noBody
  if (claims.wholeBody !== undefined) return whole({ kind: 'whole-body', by: claims.wholeBody }, claims.wholeBody)
  const { script, modifiers } = claims
  if (script?.choice === 'buffer') return whole({ kind: 'script', by: script.by }, script.by)
  if (script) return { ...streamed({ kind: 'script', by: script.by }, 'nothing'), modifiers }
  if (modifiers.length > 0) return { ...streamed({ kind: 'modifier', names: modifiers }, 'live'), modifiers }
  if (settings.rules.length > 0) {
    const match = matchRule(settings.rules, facts)
    if (match) {
      const label = ruleLabel(match.rule, match.index)
      if (match.rule.delivery === 'stream') return streamed({ kind: 'rule', label }, 'nothing')
      return whole({ kind: 'rule', label }, label)
    }
  }
  if (settings.liveTypes && facts.type !== undefined && isLiveType(facts.type)) {
    return streamed({ kind: 'live-type', type: facts.type }, 'live')
  }
  const size = settings.streamSize
  if (facts.length !== undefined) {
    if (size !== undefined && facts.length > size) return streamed({ kind: 'larger', than: size }, 'nothing')
    // It could never be held whole, so holding its first part would only cost time.
    if (facts.length > settings.bufferLimit) return streamed(limitOf(settings).reason, 'live')
    return usualPlans(settings).known
  }
  // Whatever comes exceeds nothing: to wait for the first byte would only hold up the head.
  if (size === 0) return streamed({ kind: 'larger', than: 0 }, 'nothing')
  if (size !== undefined && settings.streamUnknown === 'now') return streamed({ kind: 'unknown-length' }, 'nothing')
  return usualPlans(settings).unknown

  /** Asked for explicitly: exempt from sizes, live types and hold time; only the buffer limit ends it. */
  function whole(reason: Reason, asked: string): Delivery {
    if (facts.length !== undefined && facts.length > settings.bufferLimit) {
      return { ...streamed(limitOf(settings).reason, 'live'), asked }
    }
    return { ...buffered(reason), crossoverAt: limitOf(settings), asked }
  }
}

function limitOf({ bufferLimit }: DecisionSettings): { bytes: number; reason: Reason } {
  return { bytes: bufferLimit, reason: { kind: 'buffer-limit', limit: bufferLimit } }
}

function buffered(reason: Reason): Delivery {
  const nothingMore = { crossoverAt: undefined, holdMs: undefined, modifiers: [], asked: undefined }
  return { mode: 'buffered', reason, words: describeReason(reason), record: 'live', ...nothingMore }
}

const noBody = buffered({ kind: 'no-body' })

type UsualPlans = { known: Delivery; unknown: Delivery }

/** What most responses get depends on the settings alone; made once for each settings value. */
const plansOf = new WeakMap<DecisionSettings, UsualPlans>()

function usualPlans(settings: DecisionSettings): UsualPlans {
  const made = plansOf.get(settings)
  if (made) return made
  const { streamSize: size, bufferLimit, holdMs } = settings
  const limit = limitOf(settings)
  const known = buffered(size === undefined ? { kind: 'no-size-rule' } : { kind: 'not-larger', than: size })
  const unknown = buffered(size === undefined ? { kind: 'no-size-rule' } : { kind: 'unknown-length-held', upTo: size })
  const crossover =
    size === undefined || size >= bufferLimit ? limit : { bytes: size, reason: { kind: 'larger', than: size } as const }
  const plans = {
    known: { ...known, crossoverAt: limit, holdMs },
    unknown: { ...unknown, crossoverAt: crossover, holdMs },
  }
  plansOf.set(settings, plans)
  return plans
}

function streamed(reason: Reason, record: 'live' | 'nothing'): Delivery {
  return { ...buffered(reason), mode: 'streamed', record }
}
