/**
 * Option values written as text, as the command line and the environment have them. Pure and small: the command
 * line must not wait for a schema library to load. The file's schema (settings.ts) uses the same parsers.
 */
import { parseAddress } from '../../main/model/address.ts'
import { parseHostAddress } from '../../main/model/host-address.ts'
import { parseSubnet } from '../../main/model/ip.ts'
import { parseProxyAuth } from '../../main/model/proxy-auth.ts'
import { parseReverse } from '../../main/model/reverse.ts'
import { parseSize, type Parsed } from '../../main/model/size.ts'
import { parseUpstream } from '../../main/model/upstream.ts'
import type { Option } from './options.ts'

const switches: Record<string, boolean> = { on: true, off: false, true: true, false: false, '1': true, '0': false }

/** The value of an option from its texts: lists take all of them, everything else the last. */
export function parseTexts(option: Option, texts: readonly string[]): Parsed<unknown> {
  const text = texts.at(-1) ?? ''
  switch (option.kind) {
    case 'address':
      return parseAddress(text)
    case 'size':
      return bounded(option, parseSize(text))
    case 'count':
      return bounded(option, parseCount(text))
    case 'choice':
      return parseChoice(option.choices ?? [], text)
    case 'switch':
      return parseSwitch(text)
    case 'proxy':
      return parseProxy(text)
    case 'credentials':
      return parseCredentials(text)
    case 'path':
      return parsePath(text)
    case 'patterns':
      // No host has a comma, so a list that was written as one text is one.
      return all(
        texts.flatMap((list) => list.split(',').map((pattern) => pattern.trim())),
        parsePattern,
      )
    case 'addresses':
      return all(texts, parseResolve)
    case 'paths':
      return all(texts, parsePath)
    case 'reverses':
      return all(texts, parseReverseText)
    case 'rules':
      return refuse('rules are written in a config file')
    case 'modifiers':
      return refuse('modifiers with what they match are written in a config file')
    case 'certificates':
      return refuse('client certificates are written in a config file')
    default:
      return option.kind satisfies never
  }
}

/** Bounds are allowed values. */
export function bounded(option: Option, parsed: Parsed<number>): Parsed<number> {
  const { least = 0, most = Number.MAX_SAFE_INTEGER } = option
  if (!parsed.ok || (parsed.value >= least && parsed.value <= most)) return parsed
  return refuse(
    `${parsed.value} is too ${parsed.value < least ? `small: at least ${least}` : `large: at most ${most}`}`,
  )
}

function parseSwitch(text: string): Parsed<boolean> {
  const value = switches[text.toLowerCase()]
  return value === undefined ? refuse(`"${text}" is neither "on" nor "off"`) : { ok: true, value }
}

/** A glob on host or host:port. What could never match (a URL, a list) is refused rather than ignored. */
export function parsePattern(text: string): Parsed<string> {
  if (/^[^\s/,]+$/.test(text) || parseSubnet(text)) return { ok: true, value: text }
  const form = 'write a host or host:port, where * is any run of characters, or a network like 10.0.0.0/8'
  return refuse(`"${text}" is not a host pattern: ${form}`)
}

/** An address for a host, kept as it was written. */
export function parseResolve(text: string): Parsed<string> {
  const parsed = parseHostAddress(text)
  return parsed.ok ? { ok: true, value: text } : parsed
}

/** An upstream proxy, kept as it was written. A refusal does not tell its credentials. */
export function parseProxy(text: string): Parsed<string> {
  const parsed = parseUpstream(text)
  return parsed.ok ? { ok: true, value: text } : parsed
}

/** Who may use the proxy, kept as it was written. A refusal does not tell it. */
export function parseCredentials(text: string): Parsed<string> {
  const parsed = parseProxyAuth(text)
  return parsed.ok ? { ok: true, value: text } : parsed
}

/** Any text that a file system could take; whether there is such a file is found out by whoever opens it. */
export function parsePath(text: string): Parsed<string> {
  return text === '' || text.includes('\0') ? refuse(`"${text}" is not a path`) : { ok: true, value: text }
}

/** A reverse listener, which stays as it is written. */
export function parseReverseText(text: string): Parsed<string> {
  const parsed = parseReverse(text)
  return parsed.ok ? { ok: true, value: text } : parsed
}

function parseCount(text: string): Parsed<number> {
  const value = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return { ok: true, value }
  return refuse(`"${text}" is not a whole number`)
}

function parseChoice(choices: readonly string[], text: string): Parsed<string> {
  if (choices.includes(text)) return { ok: true, value: text }
  return refuse(`"${text}" is not one of ${choices.map((choice) => `"${choice}"`).join(', ')}`)
}

function all<T>(texts: readonly string[], parse: (text: string) => Parsed<T>): Parsed<T[]> {
  const value: T[] = []
  for (const text of texts) {
    const parsed = parse(text)
    if (!parsed.ok) return parsed
    value.push(parsed.value)
  }
  return { ok: true, value }
}

const refuse = (message: string): { ok: false; message: string } => ({ ok: false, message })
