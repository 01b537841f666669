import { matchForms, type MatchField } from '../../model/match.ts'
import type { ModifierExports, ModifierMatch } from '../../model/modifier.ts'
import { evaluateModule } from './compartment.ts'

type Callable = (...given: unknown[]) => unknown

/** A version of a modifier, evaluated. */
export type LoadedModule = {
  exports: ModifierExports
  transform: Callable | undefined
  responseHead: Callable | undefined
}

/** The file exports something that cannot be used; a sentence. */
export class ExportError extends Error {}

const matchFields = Object.keys(matchForms) as MatchField[]

/** Runs compiled code and looks at what it exports. Throws what it throws, or ExportError. */
export function loadModule(version: number, code: string, require: (name: unknown) => object): LoadedModule {
  const exported = evaluateModule(version, code, require)
  const get = (name: string): unknown => Reflect.get(exported, name)
  const transform = callable('default', get('default'))
  const responseHead = callable('responseHead', get('responseHead'))
  if (!transform && !responseHead) throw new ExportError('it exports neither a default function nor responseHead')
  const decode = get('decode') ?? true
  if (typeof decode !== 'boolean') throw new ExportError('"decode" must be true or false')
  return {
    exports: {
      match: matchOf(get('match')),
      transforms: transform !== undefined,
      readsHead: responseHead !== undefined,
      decode,
    },
    transform,
    responseHead,
  }
}

function callable(name: string, value: unknown): Callable | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'function') throw new ExportError(`"${name}" must be a function`)
  return (...given) => Reflect.apply(value, undefined, given) as unknown
}

function matchOf(value: unknown): ModifierMatch {
  const match: ModifierMatch = {}
  if (value === undefined) return match
  if (typeof value !== 'object' || value === null) throw new ExportError('"match" must be an object')
  for (const name of Object.keys(value)) {
    const field = matchFields.find((known) => known === name)
    if (!field) throw new ExportError(`"match" has no field ${JSON.stringify(name)}; it has ${matchFields.join(', ')}`)
    const glob: unknown = Reflect.get(value, name)
    if (glob === undefined) continue
    if (typeof glob !== 'string' && !(field === 'status' && typeof glob === 'number'))
      throw new ExportError(`"match.${name}" must be text`)
    const { form, what } = matchForms[field]
    if (!form.test(String(glob))) throw new ExportError(`"match.${name}": ${JSON.stringify(glob)} is not ${what}`)
    match[field] = String(glob)
  }
  return match
}
