/**
 * The command line. `--stream 3m` and `--stream=3m` are the same; a switch is bare or says `--insecure=off`, so that
 * it can overrule the environment and the file. A few options (`--web`) may have a value or none.
 */
import { parseArgs } from 'node:util'
import { flagOf, optionsIn, type Option } from '../../contract/options.ts'
import { readTexts, type Given } from './given.ts'
import { suggestion } from '../../../main/model/suggestion.ts'
import { UsageError } from './usage-error.ts'

const isBare = (option: Option): boolean => option.kind === 'switch' && option.shown === undefined

/** Throws UsageError. */
export function readCommandLine(args: readonly string[]): Given {
  const known = new Map(optionsIn('line').map(([key, option]) => [flagOf(key).slice(2), option]))
  const { tokens } = parseArgs({
    args: withMeant(args, known),
    options: Object.fromEntries(
      [...known].map(([name, option]) => [name, { type: isBare(option) ? ('boolean' as const) : ('string' as const) }]),
    ),
    // Its own complaints name no value; ours do.
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const texts = new Map<string, string[]>()
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue
    if (token.kind === 'positional') throw new UsageError(token.value, 'not expected here; options begin with --')
    const option = known.get(token.name)
    if (!option) throw new UsageError(token.rawName, `not an option${nearest(token.name, [...known.keys()])}`)
    const missing = token.value === undefined || (!token.inlineValue && token.value.startsWith('--'))
    if (missing && !isBare(option)) throw new UsageError(token.rawName, `a value is missing: ${option.shown ?? ''}`)
    texts.set(token.name, [...(texts.get(token.name) ?? []), token.value ?? 'on'])
  }
  return readTexts('line', (key) => texts.get(flagOf(key).slice(2)) ?? [], flagOf)
}

/** parseArgs would take what follows for the value: `--web --json`. */
function withMeant(args: readonly string[], known: ReadonlyMap<string, Option>): string[] {
  return args.map((arg, index) => {
    const { bare } = (arg.startsWith('--') && known.get(arg.slice(2))) || {}
    return bare === undefined || args[index + 1]?.startsWith('-') === false ? arg : `${arg}=${bare}`
  })
}

const nearest = (name: string, known: string[]): string =>
  suggestion(name, known, (key) => `--${key}`) || '; --help lists them'
