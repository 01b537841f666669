/** What a modifier finds beside the language: all of it our own, and hardened. */
import { ownDate, ownMath } from './date.ts'
import { TextDecoder, TextEncoder } from './text-coding.ts'
import { timers } from './timers.ts'
import { URL } from './url.ts'

export { encode, newDecoder } from './text-coding.ts'
export { sleep } from './timers.ts'

export const endowments: Readonly<Record<string, unknown>> = harden({
  Date: ownDate,
  Math: ownMath(),
  ...timers,
  TextDecoder,
  TextEncoder,
  URL,
})
