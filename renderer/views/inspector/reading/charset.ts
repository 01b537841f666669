/** Bytes to text, a page at a time. A page of text ends where a character ends, so that pages decode by themselves. */

/** `problem`: why it is not what the sender said; a sentence. */
export type Charset = { encoding: string; problem: string | undefined }

const marks: [encoding: string, bytes: number[]][] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
]

/** A byte order mark wins over the content type, which wins over UTF-8. */
export function charsetOf(contentType: string | undefined, first: Uint8Array): Charset {
  for (const [encoding, bytes] of marks) {
    if (bytes.every((byte, index) => first[index] === byte)) return { encoding, problem: undefined }
  }
  const label = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;]+))/i.exec(contentType ?? '')
  const said = label?.[1] ?? label?.[2]
  if (said === undefined) return { encoding: 'utf-8', problem: undefined }
  try {
    return { encoding: new TextDecoder(said).encoding, problem: undefined }
  } catch {
    return { encoding: 'utf-8', problem: `The charset "${said.slice(0, 60)}" is not known; read as UTF-8.` }
  }
}

/**
 * How many of the bytes make a page: up to behind the last line feed, so that lines stay whole, or, in a page that is
 * all one line, up to behind the last whole character. All of them when they are the body's last.
 */
export function textCut(bytes: Uint8Array, encoding: string, last: boolean): number {
  if (last) return bytes.length
  const { length } = bytes
  if (encoding === 'utf-16le' || encoding === 'utf-16be') return utf16Cut(bytes, encoding)
  // In every encoding of the web but UTF-16, 0x0a is never a part of another character.
  const line = bytes.lastIndexOf(10)
  if (line >= length / 2) return line + 1
  if (encoding === 'utf-8') return utf8Cut(bytes)
  return line >= 0 ? line + 1 : length
}

/** Behind the last whole character; what is no UTF-8 is cut anywhere. */
function utf8Cut(bytes: Uint8Array): number {
  const { length } = bytes
  for (let back = 1; back <= 3 && back < length; back++) {
    const byte = bytes[length - back] ?? 0
    if (byte < 0x80) return length
    if (byte < 0xc0) continue
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    return needed > back ? length - back : length
  }
  return length
}

function utf16Cut(bytes: Uint8Array, encoding: 'utf-16le' | 'utf-16be'): number {
  const even = bytes.length - (bytes.length % 2)
  const high = bytes[even - (encoding === 'utf-16le' ? 1 : 2)] ?? 0
  return even > 2 && high >= 0xd8 && high <= 0xdb ? even - 2 : even
}

/** What is no text becomes U+FFFD; never throws. `first`: the page may begin with a byte order mark, which is no text. */
export function decodeText(bytes: Uint8Array, encoding: string, first: boolean): string {
  return new TextDecoder(encoding, { ignoreBOM: !first }).decode(bytes)
}
