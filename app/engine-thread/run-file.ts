/**
 * A small file that is there while the app runs and goes at a clean end. When a start finds one, the run before ended
 * by an abort of the process (native, out of memory, power), and what it says is what was lost.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import * as v from 'valibot'

const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const runSchema = v.object({ startedAt: count, capturing: v.boolean(), flows: count })
type Run = v.InferOutput<typeof runSchema>

/** The number of flows is written this often at most; milliseconds. */
const pauseMs = 2000

export class RunFile {
  readonly #file: string
  readonly #run: Run = { startedAt: Date.now(), capturing: false, flows: 0 }
  #timer: NodeJS.Timeout | undefined
  #ended = false

  /** Its folder is made when it is not there. */
  constructor(file: string) {
    this.#file = file
  }

  /** Begins this run; a sentence about the one before when that was lost. */
  begin(): string | undefined {
    const found = this.#read()
    this.#write()
    return found === undefined ? undefined : lossOf(found)
  }

  captureIs(capturing: boolean): void {
    if (capturing === this.#run.capturing) return
    this.#run.capturing = capturing
    this.#write()
  }

  /** `count`: as many flows have been seen. */
  flowsAre(count: number): void {
    if (count <= this.#run.flows) return
    this.#run.flows = count
    this.#timer ??= setTimeout(() => this.#write(), pauseMs).unref()
  }

  /** A clean end. */
  end(): void {
    this.#ended = true
    clearTimeout(this.#timer)
    rmSync(this.#file, { force: true })
  }

  #write(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#ended) return
    try {
      mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 })
      writeFileSync(this.#file, JSON.stringify(this.#run), { mode: 0o600 })
    } catch {
      // Without it a start after an abort says nothing, which is no reason to end this run.
    }
  }

  #read(): string | undefined {
    try {
      return readFileSync(this.#file, 'utf8')
    } catch {
      // As a rule there is none: the last run has ended as it should.
      return undefined
    }
  }
}

/** `text`: what a lost run has left, perhaps cut off. */
export function lossOf(text: string): string {
  const run = parse(text)
  if (!run)
    return 'Spillway ended without warning the last time. What it had captured is lost; settings and CA are kept.'
  const start = new Date(run.startedAt).toLocaleString()
  const flows = `${run.flows} ${run.flows === 1 ? 'flow' : 'flows'}`
  const lost =
    run.flows === 0 ? 'Nothing had been captured' : `The ${flows} it had seen ${run.flows === 1 ? 'is' : 'are'} lost`
  const capture = run.capturing ? ', and the capture is no longer running' : ''
  return `Spillway ended without warning the last time (started ${start}). ${lost}${capture}; settings and CA are kept.`
}

function parse(text: string): Run | undefined {
  try {
    const read = v.safeParse(runSchema, JSON.parse(text))
    return read.success ? read.output : undefined
  } catch {
    return undefined
  }
}
