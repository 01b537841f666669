/** The beginning of a message in words. Pure. */
import type { MessageOpcode } from '../../../main/model/web-socket.ts'
import { previewLetters } from '../../contract/messages.ts'

/** Of a payload: enough for as many characters as are shown, however long their bytes. */
export const previewBytes = previewLetters * 4

/** Undefined: it is no text. `payload`: its first bytes, inflated. */
export function previewOf(opcode: MessageOpcode, payload: Uint8Array): string | undefined {
  switch (opcode) {
    case 'text':
      return letters(payload)
    case 'close':
      // RFC 6455 §5.5.1: behind the code comes a reason.
      return letters(payload.subarray(2))
    case 'ping':
    case 'pong':
      return isPlain(payload) ? letters(payload) : undefined
    case 'binary':
      return undefined
    default:
      return opcode satisfies never
  }
}

/** Whole characters, and nothing of one that the cut has halved. */
function letters(payload: Uint8Array): string {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(payload.subarray(0, previewBytes), {
    stream: payload.length >= previewBytes,
  })
  const cut = text.slice(0, previewLetters)
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut
}

/** What applications put into pings is often a number or a time, in bytes or in letters. */
const isPlain = (payload: Uint8Array): boolean => payload.every((byte) => byte >= 0x20 && byte < 0x7f)
