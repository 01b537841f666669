/** Bytes to text. */

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

/** What is no text becomes U+FFFD; never throws. `first`: the page may begin with a byte order mark, which is no text. */
export function decodeText(bytes: Uint8Array, encoding: string, first: boolean): string {
  return new TextDecoder(encoding, { ignoreBOM: !first }).decode(bytes)
}
