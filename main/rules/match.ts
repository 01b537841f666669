import { plainHost } from '../model/host.ts'
import { matchForms, type MatchField } from '../model/match.ts'
import type { Rule } from '../model/rule.ts'
import { matchesGlob } from './glob.ts'

const matchFields = Object.keys(matchForms) as MatchField[]

/** What rules look at. */
export type ResponseFacts = {
  /** Without port, in lower case. */
  host: string
  /** With the query. */
  path: string
  method: string
  status: number
  /** Media type without parameters, in lower case. */
  type: string | undefined
  /** Known length of the body. */
  length: number | undefined
}

/** The first rule that matches, with its place in the list. */
export function matchRule(rules: readonly Rule[], facts: ResponseFacts): { rule: Rule; index: number } | undefined {
  const index = rules.findIndex((rule) => matches(rule, facts))
  const rule = rules[index]
  return rule && { rule, index }
}

/** What people call the rule: its name, or its number in the list, from 1. */
export function ruleLabel(rule: Rule, index: number): string {
  return rule.name ? `rule "${rule.name}"` : `rule ${index + 1}`
}

/** The fields that rules and modifiers have in common. */
type Match = Pick<Rule, 'host' | 'path' | 'method' | 'type' | 'status'>

function matches(rule: Rule, facts: ResponseFacts): boolean {
  if (rule.off === true || !matchesResponse(rule, facts)) return false
  return rule.largerThan === undefined || (facts.length !== undefined && facts.length > rule.largerThan)
}

/** Whether all fields that are there match. */
export function matchesResponse(rule: Match, facts: ResponseFacts): boolean {
  if (rule.host !== undefined && !matchesGlob(plainHost(rule.host), plainHost(facts.host))) return false
  if (rule.path !== undefined && !matchesGlob(rule.path, facts.path)) return false
  if (rule.method !== undefined && !matchesGlob(rule.method.toUpperCase(), facts.method.toUpperCase())) return false
  if (rule.status !== undefined && !matchesStatus(rule.status, facts.status)) return false
  return rule.type === undefined || matchesGlob(rule.type.toLowerCase(), facts.type ?? '')
}

/** The fields for whose sake it does not match. */
export function missedFields(rule: Match, facts: ResponseFacts): MatchField[] {
  return matchFields.filter((field) => !matchesResponse({ [field]: rule[field] }, facts))
}

/** "200", a class: "2xx", or a glob: "20*". */
function matchesStatus(pattern: string, status: number): boolean {
  const text = String(status)
  return /^[1-5]xx$/i.test(pattern) ? pattern.charAt(0) === text.charAt(0) : matchesGlob(pattern, text)
}
