import { editHead, parseResponseHead, responseFraming, type WireLimits } from '../../http1/index.ts'
import type { Flow, FlowDelivery } from '../../model/flow.ts'
import type { ModifierMatch } from '../../model/modifier.ts'
import type { Settings } from '../../model/settings.ts'
import type { MatchField } from '../../model/match.ts'
import { missedFields } from '../../rules/index.ts'
import { decide, describeReason, noClaims, type Claims } from '../../streaming/index.ts'
import { ownReason } from '../own-site/own-site.ts'
import { scriptName } from './modifier-part.ts'
import { responseFacts } from './response-start.ts'
import { parseAuthority } from './target.ts'

export type WouldDeliver = { mode: 'buffered' | 'streamed'; reason: string; crossoverAt?: number }

/** The head was accepted under the limits that held then. */
const accepted: WireLimits = { head: Infinity, fields: Infinity, extensions: Infinity }

/**
 * What the response of a captured flow would get under other settings: what would be decided at its head, and the
 * crossover of a body of unknown length that turned out to be larger than may be held; of one that was cut or is still
 * coming, as far as it has come. How long it would have been held is not replayed: a slow body may stream all the same,
 * after the hold time. Undefined for tunnels and where no origin has answered. Pure; give the same `settings` object
 * for many flows, as what follows from it alone is worked out once.
 */
export function wouldDeliver(flow: Flow, settings: Settings): WouldDeliver | undefined {
  const { response, method, delivery } = flow
  // An error page of our own, e.g. for an origin that was not there, leaves the flow without a response.
  if (response === undefined || delivery === undefined || !fromOrigin(delivery)) return undefined
  const head = parseResponseHead(response.head, accepted)
  const framing = responseFraming(head, method)
  // What modifiers have made of the head is what was looked at; how they have framed it is not.
  const edited = flow.modifiers?.some(({ editedHead }) => editedHead) === true
  const told = edited ? parseResponseHead(editHead(head, response.edit).slice(0, -2), accepted) : head
  const facts = responseFacts(told, framing, method, urlFacts(flow.url))
  const plan = decide(facts, framing, claimsOf(flow, settings), settings)
  const { crossoverAt } = plan
  if (plan.mode === 'buffered' && crossoverAt !== undefined && response.bytes > crossoverAt.bytes) {
    return { mode: 'streamed', reason: describeReason(crossoverAt.reason), crossoverAt: crossoverAt.bytes }
  }
  return { mode: plan.mode, reason: plan.words }
}

/** Nothing decides about tunnels, nor about what we answer ourselves. */
const fromOrigin = ({ mode, reason }: FlowDelivery): boolean => mode !== 'tunnelled' && reason !== ownReason

/** Of the modifiers that had a part in it and would have it again. */
function claimsOf({ modifiers }: Flow, settings: Settings): Claims {
  if (modifiers === undefined) return noClaims
  const set = modifiers.filter(({ file }) => settings.modifiers.some((one) => one.file === file && one.off !== true))
  const said = set.find(({ choice }) => choice === 'stream' || choice === 'buffer')
  const script =
    said?.choice === 'stream' || said?.choice === 'buffer'
      ? { by: scriptName(said.name), choice: said.choice }
      : undefined
  return {
    ...noClaims,
    script,
    modifiers: set.filter(({ choice }) => choice === 'transform').map(({ name }) => name),
  }
}

/** Why modifiers of this match would not run on a response like this one. */
export type Miss = { field: MatchField; value: string }

/**
 * What a captured flow has otherwise than a modifier's match asks for, as the origin sent it; nothing: it would run in
 * traffic. Undefined for tunnels and where no origin has answered. Pure.
 */
export function wouldMiss(flow: Flow, match: ModifierMatch): Miss[] | undefined {
  const { response, method, delivery } = flow
  if (response === undefined || (delivery && !fromOrigin(delivery))) return undefined
  const head = parseResponseHead(response.head, accepted)
  const facts = responseFacts(head, responseFraming(head, method), method, urlFacts(flow.url))
  return missedFields(match, facts).map((field) => ({ field, value: String(facts[field] ?? '') }))
}

/** The way back from the URL that an exchange gives its flow. A fragment that a client sent is part of the path. */
function urlFacts(url: string): { shownHost: string; path: string } {
  const from = url.indexOf('://') + 3
  const slash = url.indexOf('/', from)
  const authority = slash === -1 ? url.slice(from) : url.slice(from, slash)
  return { shownHost: parseAuthority(authority, 80).host, path: slash === -1 ? '*' : url.slice(slash) }
}
