import type { Stage, StageOutput } from '../../modifiers/index.ts'
import type { AppliedModifier, ModifierFailure, ModifierFlow } from '../../model/modifier.ts'
import type { ByteSource } from '../client-writer.ts'
import type { CodingError } from '../coding/decoder.ts'
import { decodeStage, encodeStage } from '../coding/recode-stage.ts'
import type { Step, Steps } from './steps.ts'

/** Where it gets its bytes, and who hears how it goes. */
export type PipelineHost = ByteSource & {
  /** Nothing comes out any more. */
  failed(failure: ModifierFailure): void
  /** The origin's body is not what its content coding says. */
  broken(error: CodingError): void
  /** What has not been written yet has no use any more. */
  unwanted(): void
  bug(cause: unknown): void
}

/** Where it puts what comes out. */
export type Sink = Pick<StageOutput, 'chunk' | 'end' | 'endOfRead'>

/**
 * The stages of one body, each with its output in the next one. Whoever is full makes the one in front of it wait, up
 * to the origin; one that ends early ends what is in front of it. None is told anything after the end.
 */
export class Pipeline {
  readonly #steps: Steps
  readonly #host: PipelineHost
  readonly #sink: Sink
  readonly #stages: (Stage | undefined)[]
  /** Stages in front of this one are over; the source is in front of the first. */
  #first = 0
  #sourceEnded = false
  #over = false

  constructor(steps: Steps, flow: ModifierFlow, host: PipelineHost, sink: Sink) {
    this.#steps = steps
    this.#host = host
    this.#sink = sink
    const { length } = steps.steps
    this.#stages = new Array<Stage | undefined>(length).fill(undefined)
    // From the last one on, so that each has somewhere to put what it makes.
    for (let index = length - 1; index >= 0; index--) {
      const step = steps.steps[index]
      if (step) this.#stages[index] = this.#open(step, index, flow)
    }
  }

  /** Nothing comes out any more. */
  get isOver(): boolean {
    return this.#over || this.#first === this.#stages.length
  }

  /** One chunk; lent. */
  write(bytes: Buffer): void {
    if (this.#over || this.#sourceEnded || this.#first > 0) return
    if (!this.#give(0, bytes)) this.#host.pause()
  }

  /** There is no more to write. */
  end(): void {
    if (this.#sourceEnded) return
    this.#sourceEnded = true
    if (!this.#over && this.#first === 0) this.#stages[0]?.end()
  }

  /** Nothing comes out any more. */
  cancel(): void {
    this.#over = true
    for (const stage of this.#stages) stage?.cancel()
  }

  /** What comes out is not taken for now. */
  pause(): void {
    this.#stages.at(-1)?.pause()
  }

  resume(): void {
    this.#stages.at(-1)?.resume()
  }

  #open(step: Step, index: number, flow: ModifierFlow): Stage {
    const out = this.#output(index, step.kind === 'modifier' ? step.applied : undefined)
    if (step.kind === 'modifier') return step.modifier.open(flow, out)
    const { codings } = this.#steps
    const recoded = { ...out, broken: (error: CodingError) => this.#broken(index, error), bug: this.#bug }
    return step.kind === 'decode' ? decodeStage(codings, recoded) : encodeStage(codings, recoded)
  }

  #output(index: number, applied: AppliedModifier | undefined): StageOutput {
    const behind = index + 1
    const isLast = behind === this.#stages.length
    return {
      chunk: (bytes) => {
        if (applied) {
          applied.chunksOut++
          applied.bytesOut += bytes.length
        }
        if (isLast) this.#sink.chunk(bytes)
        else if (!this.#give(behind, bytes)) this.#stages[index]?.pause()
      },
      end: () => this.#ended(index),
      fail: (failure) => {
        this.cancel()
        this.#host.failed(failure)
      },
      drain: () => {
        if (index === 0) this.#host.resume()
        else this.#stages[index - 1]?.resume()
      },
      endOfRead: () => {
        if (isLast) this.#sink.endOfRead()
      },
    }
  }

  #give(index: number, bytes: Buffer): boolean {
    const step = this.#steps.steps[index]
    if (step?.kind === 'modifier') {
      step.applied.chunksIn++
      step.applied.bytesIn += bytes.length
    }
    return this.#stages[index]?.write(bytes) ?? true
  }

  #ended(index: number): void {
    const unwanted = this.#first === 0 && !this.#sourceEnded
    for (; this.#first < index; this.#first++) this.#stages[this.#first]?.cancel()
    this.#first = index + 1
    if (unwanted) this.#host.unwanted()
    if (index + 1 === this.#stages.length) this.#sink.end()
    else this.#stages[index + 1]?.end()
  }

  #broken(index: number, error: CodingError): void {
    this.cancel()
    const before = this.#steps.steps[index - 1]
    if (before?.kind !== 'modifier') {
      this.#host.broken(error)
      return
    }
    // It was given wire bytes, and the next modifier cannot read what it made of them.
    const { name, file } = before.modifier
    const message = `Modifier ${name} gave what is not in the content coding of the response: ${error.message}`
    this.#host.failed({ code: 'MODIFIER_YIELD', message, file, line: undefined, column: undefined })
  }

  readonly #bug = (cause: unknown): void => {
    this.cancel()
    this.#host.bug(cause)
  }
}
