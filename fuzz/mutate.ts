import type { Random } from './random.ts'

const odd = [0, 1, 9, 10, 13, 32, 34, 44, 58, 59, 61, 92, 127, 128, 255]
const numbers = [
  '0',
  '-1',
  '+1',
  '1',
  '16',
  '255',
  '4294967296',
  '9007199254740993',
  '18446744073709551616',
  '0x1',
  'ffffffff',
]

type Mutation = (bytes: Buffer, random: Random, others: readonly Buffer[], words: readonly string[]) => Buffer

const insert = (bytes: Buffer, at: number, more: Uint8Array, removed = 0): Buffer =>
  Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at + removed)])

function part(bytes: Buffer, random: Random, most: number): Buffer {
  const from = random.below(bytes.length + 1)
  return bytes.subarray(from, from + 1 + random.below(most))
}

const mutations: readonly Mutation[] = [
  (bytes, random) => insert(bytes, random.below(bytes.length + 1), Buffer.of(random.of(odd)), random.below(2)),
  (bytes, random) => insert(bytes, random.below(bytes.length + 1), Buffer.of(random.below(256)), random.below(2)),
  (bytes, random, _, words) =>
    insert(bytes, random.below(bytes.length + 1), Buffer.from(random.of(words), 'latin1'), random.below(4)),
  (bytes, random, _, words) => insert(bytes, random.below(bytes.length + 1), Buffer.from(random.of(words), 'latin1')),
  (bytes, random) => insert(bytes, random.below(bytes.length + 1), Buffer.alloc(0), 1 + random.below(8)),
  (bytes, random) => insert(bytes, random.below(bytes.length + 1), Buffer.alloc(0), 1 + random.below(64)),
  (bytes, random) => insert(bytes, random.below(bytes.length + 1), part(bytes, random, 40)),
  (bytes, random, others) => insert(bytes, random.below(bytes.length + 1), part(random.of(others), random, 200)),
  (bytes, random, others) =>
    Buffer.concat([bytes.subarray(0, random.below(bytes.length + 1)), part(random.of(others), random, 4000)]),
  (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  (bytes, random) => {
    const flipped = Buffer.from(bytes)
    const at = random.below(Math.max(1, flipped.length))
    if (at < flipped.length) flipped[at] = (flipped[at] ?? 0) ^ (1 << random.below(8))
    return flipped
  },
  (bytes, random) => {
    const digits = [...bytes.toString('latin1').matchAll(/\d+/g)]
    if (digits.length === 0) return bytes
    const found = random.of(digits)
    return insert(bytes, found.index, Buffer.from(random.of(numbers)), found[0].length)
  },
  (bytes, random) => {
    // Long runs of something, which is what grows and what takes time.
    const run = part(bytes, random, 12)
    return insert(
      bytes,
      random.below(bytes.length + 1),
      Buffer.concat(Array.from({ length: 1 << random.below(10) }, () => run)),
    )
  },
]

/** One input made from another, by one change to six. */
export function mutate(
  bytes: Buffer,
  random: Random,
  others: readonly Buffer[],
  words: readonly string[],
  most: number,
): Buffer {
  let mutated = bytes
  for (let count = 1 + random.below(6); count > 0; count--)
    mutated = random.of(mutations)(mutated, random, others, words)
  return mutated.subarray(0, most)
}
