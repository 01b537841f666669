import * as zlib from 'node:zlib'
import type { Fields } from '../../http1/index.ts'

export type Coding = 'gzip' | 'deflate' | 'br' | 'zstd'

/** More than that is an attack, not a transfer. */
const mostCodings = 5

/**
 * The content codings of a body, in the order in which they were applied (RFC 9110 §8.4); none for most. What cannot be
 * removed is told as the end of a sentence.
 */
export function codingsOf(fields: Fields): { codings: readonly Coding[] } | { problem: string } {
  const names = fields.tokens('content-encoding').filter((name) => name !== 'identity')
  if (names.length > mostCodings) return { problem: `the body is encoded ${names.length} times over` }
  const codings: Coding[] = []
  for (const name of names) {
    // RFC 9110 §8.4.1.3
    const coding = name === 'x-gzip' ? 'gzip' : name
    if (!isKnown(coding)) return { problem: `the content coding "${name.slice(0, 100)}" is not known` }
    codings.push(coding)
  }
  return { codings }
}

// Node 20 and early 22 have no zstd.
function isKnown(name: string): name is Coding {
  return name === 'gzip' || name === 'deflate' || name === 'br' || (name === 'zstd' && 'createZstdDecompress' in zlib)
}
