/** What a modifier finds beside the language as SES gives it: all of it hardened, and our own but for the floats. */
import { ownDate, ownMath } from './date.ts'
import { floats } from './floats.ts'
import { TextDecoder, TextEncoder } from './text-coding.ts'
import { timers } from './timers.ts'
import { URL } from './url.ts'

export { encode, newDecoder } from './text-coding.ts'
export { sleep } from './timers.ts'

export const endowments: Readonly<Record<string, unknown>> = harden({
  Date: ownDate,
  Math: ownMath(),
  ...timers,
  ...floats,
  TextDecoder,
  TextEncoder,
  URL,
})
