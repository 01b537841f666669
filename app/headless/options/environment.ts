/** `SPILLWAY_…` variables. An empty one is not set; lists are separated by commas. */
import { optionsIn, variableOf } from '../../contract/options.ts'
import { suggestion } from '../../../main/model/suggestion.ts'
import { readTexts, type Given } from './given.ts'
import { UsageError } from './usage-error.ts'

export type Environment = Readonly<Record<string, string | undefined>>

const isList = (kind: string): boolean => ['patterns', 'addresses', 'paths', 'reverses'].includes(kind)

const prefix = 'SPILLWAY_'

/** Others may put variables there that begin like ours; one that is nearly an option is a slip of the hand. */
function refuseSlips(env: Environment): void {
  const known = optionsIn('environment').map(([key]) => variableOf(key).slice(prefix.length))
  for (const name of Object.keys(env)) {
    const rest = name.slice(prefix.length)
    if (!name.startsWith(prefix) || known.includes(rest)) continue
    const meant = suggestion(rest, known, (key) => prefix + key)
    if (meant !== '') throw new UsageError(name, `there is no such option${meant}`)
  }
}

/** Throws UsageError. */
export function readEnvironment(env: Environment): Given {
  refuseSlips(env)
  return readTexts(
    'environment',
    (key, option) => {
      const text = env[variableOf(key)] ?? ''
      if (text === '') return []
      return isList(option.kind) ? text.split(',').map((part) => part.trim()) : [text]
    },
    variableOf,
  )
}
