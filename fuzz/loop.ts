import { mutate } from './mutate.ts'
import { Random } from './random.ts'
import { Broken, type Target } from './target.ts'

export type Finding = { input: Buffer; promise: string; message: string }

export type Report = { inputs: number; kinds: number; finding: Finding | undefined }

export type LoopOptions = {
  seed: number
  /** Asked before each input. */
  done: () => boolean
  /** What comes is tried first, each as it is, and then mutated. */
  corpus: readonly Buffer[]
  /** Told of each input before it is tried. */
  onInput?: (input: Buffer) => void
}

/** An input takes a millisecond at most; one that takes so long, and does so again, hangs. */
const slowMs = 1000
/** Between two looks at the memory. */
const looks = 20_000
const growth = 128 * 1024 * 1024
/** Beyond it, what is called a kind is none. */
const mostKinds = 3000

/**
 * Mutates inputs until one breaks a promise of the target. Without coverage: what an input made of the target, in words,
 * takes its place; an input of a new kind becomes one of those that are mutated.
 */
export async function fuzz(target: Target, options: LoopOptions): Promise<Report> {
  const random = new Random(options.seed)
  const pool = [...options.corpus, ...target.seeds]
  const kinds = new Set<string>()
  let inputs = 0
  let memory: number | undefined
  /** Bytes of the inputs that were added to the pool. */
  let kept = 0

  const tried = async (input: Buffer): Promise<Finding | undefined> => {
    inputs++
    options.onInput?.(input)
    const outcome = await attempt(target, input)
    if (typeof outcome === 'object') return outcome
    if (!kinds.has(outcome) && kinds.size < mostKinds) {
      kinds.add(outcome)
      // Memory of its own: what shares a block with others would keep them.
      pool.push(Buffer.alloc(input.length, input))
      kept += input.length
    }
    if (inputs % looks !== 0) return undefined
    const held = heldMemory() - kept
    memory ??= held
    if (held < memory + growth) return undefined
    return { input, promise: 'memory', message: `memory has grown by ${held - memory} bytes after ${inputs} inputs` }
  }

  for (const input of [...pool]) {
    const finding = await tried(input)
    if (finding) return { inputs, kinds: kinds.size, finding }
  }
  while (!options.done()) {
    const input = mutate(random.of(pool), random, pool, target.words, target.most)
    const finding = await tried(Buffer.from(input))
    if (finding) return { inputs, kinds: kinds.size, finding }
  }
  return { inputs, kinds: kinds.size, finding: undefined }
}

/** The kind of the input, or what it breaks. */
export async function attempt(target: Target, input: Buffer): Promise<string | Finding> {
  const once = async (): Promise<string | Finding> => {
    try {
      return await target.check(Buffer.from(input), Random.of(input))
    } catch (error) {
      const thrown = error instanceof Error ? error : new Error(String(error))
      const where = /\n\s+at .*/.exec(thrown.stack ?? '')?.[0] ?? ''
      const promise = thrown instanceof Broken ? thrown.promise : `throws ${thrown.name}${where}`
      return { input, promise, message: thrown.stack ?? thrown.message }
    }
  }
  for (let time = 1; ; time++) {
    const start = performance.now()
    const outcome = await once()
    const took = performance.now() - start
    if (typeof outcome === 'object' || took < slowMs) return outcome
    // A machine may have something else to do for a moment.
    if (time === 3) return { input, promise: 'slow', message: `an input takes ${Math.round(took)} ms` }
  }
}

/** What is alive; exact only where garbage can be collected on demand. */
function heldMemory(): number {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
