/** `SPILLWAY_…` variables. An empty one is not set; lists are separated by commas. */
import { variableOf } from '../../contract/options.ts'
import { readTexts, type Given } from './given.ts'

export type Environment = Readonly<Record<string, string | undefined>>

const isList = (kind: string): boolean => kind === 'patterns' || kind === 'paths'

/** Throws UsageError. */
export function readEnvironment(env: Environment): Given {
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
