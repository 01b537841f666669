import type { Random } from './random.ts'

/** What is fed with bytes until it breaks a promise. */
export type Target = {
  name: string
  /** Where mutation begins, beside the files of its corpus. */
  seeds: readonly Buffer[]
  /** Pieces of its language, latin1. */
  words: readonly string[]
  /** No input is longer; bytes. */
  most: number
  /**
   * Throws Broken, or whatever the code under test throws and must not. Returns the kind of the input in words: one of a
   * new kind is mutated further. `random` depends on the input alone.
   */
  check(input: Buffer, random: Random): string | Promise<string>
}

/** A promise that does not hold. */
export class Broken extends Error {
  /** The same for all inputs that break it. */
  readonly promise: string

  constructor(promise: string, details?: unknown) {
    super(details === undefined ? promise : `${promise}: ${JSON.stringify(details).slice(0, 2000)}`)
    this.name = 'Broken'
    this.promise = promise
  }
}

/** Where to cut: not at all, somewhere, and after every byte. */
export function* someCuts(input: Buffer, random: Random): Generator<Buffer[], void, undefined> {
  const cut = (starts: number[]): Buffer[] => starts.map((at, index) => input.subarray(at, starts[index + 1]))
  for (let count = 1; count <= 3 && input.length > 1; count++) {
    const starts = Array.from({ length: count }, () => 1 + random.below(input.length - 1))
    yield cut([0, ...new Set(starts.sort((a, b) => a - b))])
  }
  // The longest cost the most, and have nothing in them that shorter ones have not.
  if (input.length <= 512) yield cut(Array.from(input, (_, at) => at))
}

/** Of a sentence, what does not depend on what it quotes. */
export const withoutValues = (sentence: string): string => sentence.replace(/"(?:[^"\\]|\\.)*"|'[^']*'|\d+/g, '…')
