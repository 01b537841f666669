import type { MessageRow } from '../../../../app/contract/messages.ts'
import { looksLikeText } from '../content/view-choice.ts'

/** What a message would be called if it were a body, which decides how it is shown. A WebSocket does not say. Pure. */
export function contentTypeOf(opcode: MessageRow['opcode'], first: Uint8Array): string {
  const isText = opcode === 'text' || looksLikeText(first)
  const begin = new TextDecoder().decode(first.subarray(0, 64))
  if (isText && /^\s*[[{]/.test(begin)) return 'application/json'
  return opcode === 'text' ? 'text/plain' : 'application/octet-stream'
}
