import type { LibraryDecoder, LibraryHost } from '../host.ts'
import { described } from '../described.ts'

/** A label like "utf-8" or "latin1", or a flow, whose Content-Type says it. */
export type Charset = string | { readonly response: { readonly headers: readonly (readonly [string, string])[] } }

/** The label that is meant: UTF-8 when none is said. Throws TypeError for what is neither a label nor a flow. */
export function labelOf(who: string, charset: Charset | undefined): string {
  if (charset === undefined) return 'utf-8'
  if (typeof charset === 'string') return charset
  const headers = (charset as Partial<Exclude<Charset, string>> | null)?.response?.headers
  if (!headers)
    throw new TypeError(`${who}: a charset must be a label like "utf-8", or the flow, not ${described(charset)}`)
  for (const [name, value] of headers) {
    if (name.toLowerCase() !== 'content-type') continue
    const said = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;]+))/i.exec(value)
    return said?.[1] ?? said?.[2] ?? 'utf-8'
  }
  return 'utf-8'
}

/** Throws RangeError, with the label, for a charset that is not known. */
export function decoderOf(who: string, host: LibraryHost, label: string): LibraryDecoder {
  try {
    return host.decoder(label)
  } catch {
    throw new RangeError(`${who}: the charset ${JSON.stringify(label.slice(0, 60))} is not known`)
  }
}

export type ByteOrderMark = { label: string | undefined; length: number }

/**
 * The byte order mark that the first bytes begin with; a `label` of undefined says that there is none. Undefined while
 * the next byte decides.
 */
export function byteOrderMark(first: Uint8Array): ByteOrderMark | undefined {
  const [a, b, c] = first
  const none = { label: undefined, length: 0 }
  if (a === undefined) return undefined
  if (a === 0xef) {
    if (b === undefined) return undefined
    if (b !== 0xbb) return none
    if (c === undefined) return undefined
    return c === 0xbf ? { label: 'utf-8', length: 3 } : none
  }
  if (a !== 0xfe && a !== 0xff) return none
  if (b === undefined) return undefined
  if (a === 0xff) return b === 0xfe ? { label: 'utf-16le', length: 2 } : none
  return b === 0xff ? { label: 'utf-16be', length: 2 } : none
}
