/**
 * What a sandbox says, taken for hostile: each of these gives a value of its type, made of nothing but what was
 * checked, or throws FrameError.
 */
import type { HeadVerdict, ModifierErrorCode, ModifierExports, ModifierMatch } from '../../model/modifier.ts'
import { FrameError } from '../frames/index.ts'

export type CheckedFault = {
  code: ModifierErrorCode
  text: string
  version: number | undefined
  /** In compiled code, from 1. */
  line: number | undefined
  column: number | undefined
}

/** What is found out without it: there is no process any more, or it is no use. */
export const lost = (text: string): CheckedFault => ({
  code: 'MODIFIER_LOST',
  text,
  version: undefined,
  line: undefined,
  column: undefined,
})

type Field = [name: string, value: string]

const codes: readonly ModifierErrorCode[] = [
  'MODIFIER_THREW',
  'MODIFIER_YIELD',
  'MODIFIER_HUNG',
  'MODIFIER_MEMORY',
  'MODIFIER_CUT',
  'MODIFIER_HEAD',
  'MODIFIER_BROKEN',
  'MODIFIER_LOST',
]

/** A failure as a sandbox tells it, from `from` to `to`; what it makes of it is bounded. Throws FrameError for no object. */
export function asFault(bytes: Uint8Array, from: number, to: number): CheckedFault {
  const { code, text, version, line, column } = object(bytes, from, to)
  return {
    code: codes.find((known) => known === code) ?? 'MODIFIER_LOST',
    text: typeof text === 'string' ? text.slice(0, 4000) : '',
    version: count(version),
    line: count(line),
    column: count(column),
  }
}

/** Why modifiers must not run, if they must not. */
export function asReadiness(bytes: Uint8Array, from: number, to: number): string | undefined {
  const { problem } = object(bytes, from, to)
  return problem === undefined ? undefined : typeof problem === 'string' ? problem : 'the self-test answered strangely'
}

/** What a version exports; of its match what is text. Throws FrameError for no object. */
export function asExports(bytes: Uint8Array, from: number, to: number): ModifierExports {
  const { match, transforms, readsHead, decode } = object(bytes, from, to)
  return {
    match: asMatch(match),
    transforms: transforms === true,
    readsHead: readsHead === true,
    decode: decode !== false,
  }
}

/** Whether status and fields may be sent is another question. */
export function asVerdict(bytes: Uint8Array, from: number, to: number): HeadVerdict {
  const { status, headers, choice } = object(bytes, from, to)
  const verdict: HeadVerdict = {}
  if (status !== undefined) {
    if (typeof status !== 'number') throw new FrameError('a verdict has a status that is no number')
    verdict.status = status
  }
  if (headers !== undefined) verdict.headers = asFields(headers)
  if (choice === 'stream' || choice === 'buffer' || choice === 'transform') verdict.choice = choice
  return verdict
}

function asMatch(value: unknown): ModifierMatch {
  const match: ModifierMatch = {}
  if (typeof value !== 'object' || value === null) return match
  for (const name of ['host', 'path', 'method', 'type', 'status'] as const) {
    const glob: unknown = Reflect.get(value, name)
    if (typeof glob === 'string') match[name] = glob.slice(0, 2000)
  }
  return match
}

function asFields(value: unknown): Field[] {
  if (!Array.isArray(value)) throw new FrameError('a verdict has headers that are no array')
  return value.map((field: unknown): Field => {
    const [name, text] = Array.isArray(field) ? (field as unknown[]) : []
    if (typeof name !== 'string' || typeof text !== 'string') throw new FrameError('a verdict has a field that is none')
    return [name, text]
  })
}

const count = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined

function object(bytes: Uint8Array, from: number, to: number): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString())
  } catch {
    throw new FrameError('an object is not JSON')
  }
  if (typeof value !== 'object' || value === null) throw new FrameError('what should be an object is none')
  return value as Record<string, unknown>
}
