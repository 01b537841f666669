/**
 * The filter language: words that all have to be in a flow, `-word` that must not, `key:value` for one property,
 * commas for alternatives, quotes for what contains spaces.
 *
 *     host:api delivery:streamed -type:image status:4xx,5xx "GET /v1"
 */
import type { FlowRow, FlowState } from '../../../app/contract/flow-row.ts'
import { anywhere, type Accepts } from './anywhere.ts'

export type { Accepts } from './anywhere.ts'
export type Filter = { ok: true; accepts: Accepts | undefined } | { ok: false; problem: FilterProblem }
/** `word` as written, `key` where one was recognised. */
export type FilterProblem = { kind: 'key' | 'status' | 'delivery' | 'is'; word: string; value: string }

type Term = { key: string | undefined; value: string; negative: boolean; quoted: boolean; word: string }

/** What a term is made of: an optional minus, an optional key, a phrase in quotes or a run without spaces. */
const term = /(-?)(?:([a-z]+):)?(?:"([^"]*)(?:"|$)|(\S*))/giy

const deliveries = ['buffered', 'streamed', 'tunnelled', 'crossover', 'none']
const running: readonly FlowState[] = ['pending', 'held', 'streaming', 'tunnelled']
const states = ['pending', 'held', 'streaming', 'tunnelled', 'done', 'failed', 'left', 'running']

/** `accepts` is undefined when everything passes. A key without a value yet is being written: it takes no part. */
export function parseFilter(text: string): Filter {
  const tests: Accepts[] = []
  for (const { key, value, negative, quoted, word } of denied([...termsOf(text)])) {
    if (value === '') continue
    const test = testOf(key, quoted ? [value] : value.split(',').filter((part) => part !== ''))
    if (typeof test === 'object') return { ok: false, problem: { ...test, word } }
    tests.push(negative ? (row) => !test(row) : test)
  }
  if (tests.length === 0) return { ok: true, accepts: undefined }
  return { ok: true, accepts: (row) => tests.every((test) => test(row)) }
}

function* termsOf(text: string): Generator<Term> {
  for (let at = 0; at < text.length;) {
    if (/\s/.test(text.charAt(at))) {
      at++
      continue
    }
    term.lastIndex = at
    const [word = '', minus = '', key, phrase, run = ''] = term.exec(text) ?? []
    at += Math.max(1, word.length)
    // "localhost:8080" and "https://a" are texts; nobody means a key by them.
    const isText = key !== undefined && !isKey(key) && phrase === undefined && /^(\d|\/\/)/.test(run)
    const value = phrase ?? (isText ? `${key}:${run}` : run)
    yield {
      key: isText ? undefined : key?.toLowerCase(),
      value: value.toLowerCase(),
      negative: minus !== '',
      quoted: phrase !== undefined,
      word,
    }
  }
}

/** `not larger` is one thing that a row can say, also without quotes. */
function denied(terms: readonly Term[]): Term[] {
  const joined: Term[] = []
  for (const term of terms) {
    const last = joined.at(-1)
    const isNot = last && isPlain(last) && /^not?$/.test(last.value)
    if (isNot && isPlain(term) && !term.negative && /^[^,]+$/.test(term.value)) {
      joined[joined.length - 1] = { ...last, value: `${last.value} ${term.value}`, quoted: true }
    } else joined.push(term)
  }
  return joined
}

const isPlain = ({ key, quoted }: Term): boolean => key === undefined && !quoted

type Fault = { kind: FilterProblem['kind']; value: string }

const texts = {
  method: (row: FlowRow) => row.method,
  host: (row: FlowRow) => row.host,
  path: (row: FlowRow) => row.path,
  type: (row: FlowRow) => row.type ?? '',
}
const isText = (key: string): key is keyof typeof texts => Object.hasOwn(texts, key)
const isKey = (key: string): boolean => isText(key) || ['status', 'delivery', 'is'].includes(key)

function testOf(key: string | undefined, values: string[]): Accepts | Fault {
  if (key === undefined) return any(values.map(anywhere))
  if (isText(key)) {
    const read = texts[key]
    return any(values.map((value) => matching(value, read)))
  }
  const one = { status: statusTest, delivery: deliveryTest, is: stateTest }[key]
  if (!one) return { kind: 'key', value: key }
  const tests: Accepts[] = []
  for (const value of values) {
    const test = one(value)
    if (!test) return { kind: key as Fault['kind'], value }
    tests.push(test)
  }
  return any(tests)
}

const any = (tests: Accepts[]): Accepts => {
  const [only] = tests
  return tests.length === 1 && only ? only : (row) => tests.some((test) => test(row))
}

/** `*` is any run of characters and makes the value the whole; without it, it is a part. */
function matching(value: string, read: (row: FlowRow) => string): Accepts {
  if (!value.includes('*')) return (row) => read(row).toLowerCase().includes(value)
  const parts = value.split('*')
  return (row) => globs(parts, read(row).toLowerCase())
}

/** By hand, because a pattern of many stars as a regular expression can take forever. */
function globs(parts: readonly string[], text: string): boolean {
  const first = parts[0] ?? ''
  const last = parts.at(-1) ?? ''
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false
  let at = first.length
  const end = text.length - last.length
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at)
    if (found < 0 || found + part.length > end) return false
    at = found + part.length
  }
  return at <= end
}

/** 404, 4 and 40 and 4xx by their first digits, >=400, <300, 400-499. */
function statusTest(value: string): Accepts | undefined {
  const digits = /^([1-9]\d{0,2})x{0,2}$/.exec(value)?.[1]
  if (digits !== undefined && value.length <= 3) return (row) => String(row.status ?? '').startsWith(digits)
  const [, from, to] = /^(\d{3})-(\d{3})$/.exec(value) ?? []
  if (from !== undefined) return within(Number(from), Number(to))
  const [, sign, bound] = /^([<>]=?)(\d{0,3})$/.exec(value) ?? []
  if (sign === undefined) return undefined
  if (bound === '') return () => true // still being written
  const edge = Number(bound)
  if (sign === '>') return within(edge + 1, Infinity)
  if (sign === '>=') return within(edge, Infinity)
  return within(0, sign === '<' ? edge - 1 : edge)
}

const within =
  (least: number, most: number): Accepts =>
  ({ status }) =>
    status !== undefined && status >= least && status <= most

/** Their beginnings will do: "delivery:str" while it is being written. */
function deliveryTest(value: string): Accepts | undefined {
  const named = deliveries.filter((name) => name.startsWith(value))
  if (named.length === 0) return undefined
  return (row) =>
    named.includes(row.mode ?? 'none') ||
    (named.includes('crossover') && row.mode === 'streamed' && row.crossoverAt !== undefined)
}

function stateTest(value: string): Accepts | undefined {
  const named = states.filter((name) => name.startsWith(value))
  if (named.length === 0) return undefined
  return ({ state }) => named.includes(state) || (named.includes('running') && running.includes(state))
}

/** A term for flows to any of these. */
export const termForHosts = (hosts: readonly string[], negative = false): string =>
  hosts.length === 1
    ? termFor('host', hosts[0] ?? '', negative)
    : `${negative ? '-' : ''}host:${hosts.filter((host) => !/[\s,"]/.test(host)).join(',')}`

/** A term that matches exactly this property's value, whatever is in it; quotes cannot be written, so they are left out. */
export const termFor = (key: 'host' | 'type' | 'path' | 'method', value: string, negative = false): string =>
  `${negative ? '-' : ''}${key}:${/[\s,"]/.test(value) ? `"${value.replaceAll('"', '')}"` : value}`
