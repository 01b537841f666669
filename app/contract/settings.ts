/**
 * The schema of the config file, derived from the table of options; the window's settings panel takes the same keys.
 * Published as assets/spillway.schema.json. Sizes are text ("3m") or bytes. Text goes through the parsers of the
 * command line, so that a value means the same, and is refused with the same words, wherever it is written.
 */
import * as v from 'valibot'
import { parseAddress } from '../../main/model/address.ts'
import type { ClientCertificateFiles } from '../../main/model/client-certificate.ts'
import { matchForms, type MatchField } from '../../main/model/match.ts'
import type { ModifierEntry } from '../../main/model/modifier.ts'
import type { Rule } from '../../main/model/rule.ts'
import { parseSize, type Parsed } from '../../main/model/size.ts'
import { optionsIn, type Option, type Values } from './options.ts'
import {
  bounded,
  parseCredentials,
  parsePath,
  parsePattern,
  parseProxy,
  parseResolve,
  parseReverseText,
} from './texts.ts'

const matching = (form: RegExp, what: string): v.GenericSchema<string> =>
  v.pipe(
    v.string(),
    v.regex(form, (issue) => `"${issue.input}" is not ${what}`),
  )

const count = ({ least = 0, most = Number.MAX_SAFE_INTEGER }: Option): v.GenericSchema<number> =>
  v.pipe(
    v.number(),
    v.integer((issue) => `${issue.input} is not a whole number`),
    v.minValue(least, (issue) => `${issue.input} is too small: at least ${least}`),
    v.maxValue(most, (issue) => `${issue.input} is too large: at most ${most}`),
  )

const anyCount = count({ kind: 'count', places: [], help: '' })

/** The parser has the last word; in the published schema only the form is seen. */
const parsed = <I extends string | number, O>(form: v.GenericSchema<I>, parse: (text: string) => Parsed<O>) =>
  v.pipe(
    form,
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const result = parse(String(dataset.value))
      if (result.ok) return result.value
      addIssue({ message: result.message })
      return NEVER
    }),
  )

const textOrCount = v.union([v.string(), anyCount])

const glob = (field: MatchField) => v.exactOptional(matching(matchForms[field].form, matchForms[field].what))

/** What rules and modifiers look at. */
const match = {
  host: glob('host'),
  path: glob('path'),
  method: glob('method'),
  status: glob('status'),
  type: glob('type'),
}

const rule = v.strictObject({
  name: v.exactOptional(v.string()),
  ...match,
  largerThan: v.exactOptional(parsed(textOrCount, parseSize)),
  off: v.exactOptional(v.boolean()),
  delivery: v.picklist(['stream', 'buffer']),
}) satisfies v.GenericSchema<unknown, Rule>

const modifierMatch = v.strictObject(match)

const modifier = v.strictObject({
  file: parsed(v.string(), parsePath),
  off: v.exactOptional(v.boolean()),
  match: v.exactOptional(modifierMatch),
  recode: v.exactOptional(v.boolean()),
}) satisfies v.GenericSchema<unknown, ModifierEntry>

const clientCert = v.strictObject({
  host: parsed(v.string(), parsePattern),
  cert: v.exactOptional(parsed(v.string(), parsePath)),
  key: v.exactOptional(parsed(v.string(), parsePath)),
  pfx: v.exactOptional(parsed(v.string(), parsePath)),
  passphrase: v.exactOptional(v.string()),
}) satisfies v.GenericSchema<unknown, ClientCertificateFiles>

/** The shape in the file of each kind of value; ends in what the kind becomes (ValueOfKind). */
function schemaOf(option: Option): v.GenericSchema {
  switch (option.kind) {
    case 'address':
      return parsed(textOrCount, parseAddress)
    case 'size':
      return parsed(textOrCount, (text) => bounded(option, parseSize(text)))
    case 'count':
      return count(option)
    case 'choice':
      return v.picklist(option.choices ?? [])
    case 'switch':
      return v.pipe(
        v.union([v.boolean(), v.picklist(['on', 'off'])]),
        v.transform((value) => value === true || value === 'on'),
      )
    case 'proxy':
      return parsed(v.string(), parseProxy)
    case 'credentials':
      return parsed(v.string(), parseCredentials)
    case 'path':
      return parsed(v.string(), parsePath)
    case 'paths':
      return v.array(parsed(v.string(), parsePath))
    case 'patterns':
      return v.array(parsed(v.string(), parsePattern))
    case 'reverses':
      return v.array(parsed(v.string(), parseReverseText))
    case 'addresses':
      return v.array(parsed(v.string(), parseResolve))
    case 'rules':
      return v.array(rule)
    case 'modifiers':
      return v.array(modifier)
    case 'certificates':
      return v.array(clientCert)
    default:
      return option.kind satisfies never
  }
}

const entries = optionsIn('file').map(([key, option]) => [key, v.exactOptional(schemaOf(option))] as const)

const object = v.strictObject({ $schema: v.exactOptional(v.string()), ...Object.fromEntries(entries) })

// Built row by row, its type is beyond inference: schemaOf gives each row what Values says, and a test holds it to that.
export const settingsSchema = object as v.GenericSchema<unknown, Values & { $schema?: string }>

/** Stops at the first fault. */
export const checkSettings = (value: unknown) => v.safeParse(settingsSchema, value, { abortEarly: true })

/** For "did you mean": the keys known where an unknown one was found, by the path to it. */
export function knownKeys(path: readonly unknown[]): string[] {
  if (path[0] === 'modifiers' && path.length > 1) {
    return Object.keys(path[2] === 'match' && path.length > 3 ? modifierMatch.entries : modifier.entries)
  }
  if (path[0] === 'clientCerts' && path.length > 1) return Object.keys(clientCert.entries)
  return Object.keys(path[0] === 'rules' && path.length > 1 ? rule.entries : object.entries)
}
