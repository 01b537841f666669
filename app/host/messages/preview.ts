/** The beginning of a message in a row: in words, or in bytes where it has none. Pure. */
import type { MessageOpcode } from '../../../main/model/web-socket.ts'
import { hexDigits } from '../../contract/hex.ts'
import { previewLetters, type MessageRow } from '../../contract/messages.ts'

/** Of a payload: enough for as many characters as are shown, however long their bytes. */
export const previewBytes = previewLetters * 4
/** Two digits and a space for each. */
const hexBytes = previewLetters / 3

/** `payload`: its first bytes, inflated; all of it, if these are fewer than previewBytes. */
export function previewOf(opcode: MessageOpcode, payload: Uint8Array): Pick<MessageRow, 'preview' | 'hex'> {
  switch (opcode) {
    case 'text':
      return { preview: letters(payload) }
    case 'close':
      // RFC 6455 §5.5.1: behind the code comes a reason.
      return { preview: letters(payload.subarray(2)) }
    case 'binary':
    case 'ping':
    case 'pong':
      // JSON in binary frames is frequent; applications put times and numbers into pings, in letters or in bytes.
      return isReadable(payload) ? { preview: letters(payload) } : { hex: digits(payload) }
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

function digits(payload: Uint8Array): string {
  const shown = hexDigits(payload.subarray(0, hexBytes))
  return payload.length > hexBytes ? `${shown} …` : shown
}

/** UTF-8 that somebody has written: tabs, line breaks and what colours a terminal are in it, but few other controls. */
function isReadable(payload: Uint8Array): boolean {
  const seen = payload.subarray(0, previewBytes)
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(seen, { stream: payload.length >= previewBytes })
    const controls = text.match(/[^\P{Cc}\t\n\r\x1b]/gu)?.length ?? 0
    return !text.includes('\0') && controls * 20 <= text.length
  } catch {
    return false
  }
}
