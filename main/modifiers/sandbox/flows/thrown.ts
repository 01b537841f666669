import { CutError } from '../../library/index.ts'
import type { Fault } from '../start.ts'

const longestText = 2000
const ownLine = /^\s*at .*\(?modifier:(\d+):(\d+):(\d+)\)?$/m

/** What a modifier threw, whatever it is: nothing of it is trusted to be what it looks like. */
export function thrown(error: unknown): Fault {
  if (isCut(error)) return { code: 'MODIFIER_CUT', text: textOf(error, 'message') ?? '', ...placeOf(error) }
  return { code: 'MODIFIER_THREW', text: described(error), ...placeOf(error) }
}

/** A proxy may throw when it is asked what it is. */
function isCut(error: unknown): error is CutError {
  try {
    return error instanceof CutError
  } catch {
    return false
  }
}

function described(error: unknown): string {
  if (typeof error === 'object' && error !== null) {
    const [name, message] = [textOf(error, 'name'), textOf(error, 'message')]
    if (message !== undefined) return bounded(name === undefined || name === '' ? message : `${name}: ${message}`)
    return 'an object that is no error'
  }
  try {
    return bounded(typeof error === 'string' ? JSON.stringify(error) : String(error))
  } catch {
    return `a ${typeof error}`
  }
}

/** The first place in the modifier's own code. */
function placeOf(error: unknown): Partial<Fault> {
  const stack = typeof error === 'object' && error !== null ? textOf(error, 'stack') : undefined
  const found = ownLine.exec((stack ?? '').slice(0, 20_000))
  if (!found) return {}
  return { version: Number(found[1]), line: Number(found[2]), column: Number(found[3]) }
}

/** Its property, if it is text; a getter of the modifier's may do anything. */
function textOf(error: object, name: string): string | undefined {
  try {
    const value: unknown = Reflect.get(error, name)
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}

const bounded = (text: string): string => (text.length > longestText ? `${text.slice(0, longestText)}…` : text)
