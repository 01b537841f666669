import { modifiers } from '../../../../texts/modifiers.ts'

const { within } = modifiers.problems
const missingModule = /^Cannot find module (?:or type declarations for side-effect import of )?'(.+?)'/
const missingName = /^Cannot find name '(.+?)'\. Do you need to /
const advice = / Do you need to change your target library\?.*$/s

/** What TypeScript says, but what it advises for programs elsewhere: packages to install, options to set. */
export function withinModifier(message: string): string {
  const [, module] = missingModule.exec(message) ?? []
  if (module !== undefined) return within.module(module)
  const [, name] = missingName.exec(message) ?? []
  if (name === undefined) return message.replace(advice, '')
  // It takes modules of Node for names.
  if (/\W/.test(name)) return within.module(name)
  return name === 'console' ? within.console : within.name(name)
}
