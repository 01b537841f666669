import type { MessageRow } from '../../../../app/contract/messages.ts'

/** What a message would be called if it were a body, which decides how it is shown. A WebSocket does not say. Pure. */
export function contentTypeOf(opcode: MessageRow['opcode'], first: Uint8Array): string {
  if (opcode !== 'text') return 'application/octet-stream'
  const begin = new TextDecoder().decode(first.subarray(0, 64))
  return /^\s*[[{]/.test(begin) ? 'application/json' : 'text/plain'
}
