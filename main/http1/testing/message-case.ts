/** The shape of the corpus: messages as bytes, and what a strict reader makes of them. */
import type { WireLimits } from '../index.ts'

export type Expected = {
  /** Method, target, version; or version, status, reason. */
  line: [string, string, string]
  /** Left out where the case is not about fields. */
  fields?: [name: string, value: string][]
  body?: string
  trailers?: string
}

export type MessageCase = {
  name: string
  /** The RFC section, the smuggling class, the CVE or the product the case comes from. */
  source: string
  side: 'request' | 'response'
  /** All the bytes of one connection, latin1. */
  bytes: string
  /** Methods that responses answer, in order; GET where it ends. */
  methods?: string[]
  limits?: Partial<WireLimits>
  /** What is read before the end; a message that is refused or cut in its body is not among them. */
  messages?: Expected[]
  /** `refused`: a WireError with such a sentence and this status. Otherwise the connection ends well, or cuts a message. */
  end: 'clean' | 'cut' | { refused: RegExp; status: number }
}

type Rest = Pick<MessageCase, 'methods' | 'limits' | 'messages'>

export function valid(side: MessageCase['side'], name: string, source: string, bytes: string, rest: Rest): MessageCase {
  return { name, source, side, bytes, ...rest, end: 'clean' }
}

export function refused(
  side: MessageCase['side'],
  name: string,
  source: string,
  bytes: string,
  sentence: RegExp,
  rest: Rest & { status?: number } = {},
): MessageCase {
  const { status = 400, ...others } = rest
  return { name, source, side, bytes, ...others, end: { refused: sentence, status } }
}

export function cut(side: MessageCase['side'], name: string, source: string, bytes: string, rest: Rest): MessageCase {
  return { name, source, side, bytes, ...rest, end: 'cut' }
}
