import * as zlib from 'node:zlib'
import type { Fields } from '../../http1/index.ts'

export type Coding = 'gzip' | 'deflate' | 'br' | 'zstd'

/** More than that is an attack, not a transfer. */
const mostCodings = 5

/** Why a body cannot be decoded. */
export type CodingObstacle = { kind: 'too-many'; count: number } | { kind: 'unknown'; name: string }

/**
 * What these names of Content-Encoding stand for (RFC 9110 §8.4), in lower case and in the order in which the codings were
 * applied; none for most.
 */
export function knownCodings(names: readonly string[]): { codings: readonly Coding[] } | { obstacle: CodingObstacle } {
  const applied = names.filter((name) => name !== 'identity')
  if (applied.length > mostCodings) return { obstacle: { kind: 'too-many', count: applied.length } }
  const codings: Coding[] = []
  for (const name of applied) {
    // RFC 9110 §8.4.1.3
    const coding = name === 'x-gzip' ? 'gzip' : name
    if (!isCoding(coding)) return { obstacle: { kind: 'unknown', name: name.slice(0, 100) } }
    codings.push(coding)
  }
  return { codings }
}

/** Those of a body. What cannot be removed is told as the end of a sentence. */
export function codingsOf(fields: Fields): { codings: readonly Coding[] } | { problem: string } {
  const known = knownCodings(fields.tokens('content-encoding'))
  if ('codings' in known) return known
  const { obstacle } = known
  return {
    problem:
      obstacle.kind === 'too-many'
        ? `the body is encoded ${obstacle.count} times over`
        : `the content coding "${obstacle.name}" is not known`,
  }
}

/** Node 20 and early 22 have no zstd. */
function isCoding(name: string): name is Coding {
  return name === 'gzip' || name === 'deflate' || name === 'br' || (name === 'zstd' && 'createZstdDecompress' in zlib)
}
