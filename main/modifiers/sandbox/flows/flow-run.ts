import { creditLimit, creditStep, frameType, longestChunk, weight, type FramePort } from '../../frames/index.ts'
import { described } from '../../library/described.ts'
import { contexts, type Context } from '../context.ts'
import { chunkWent } from '../sweep.ts'
import { clock } from '../lockdown.ts'
import type { Fault } from '../start.ts'
import { Activity } from './activity.ts'
import { newChunks, type ChunkSource } from './chunks.ts'
import { iteratorOf, type AnyIterator } from './iterator-of.ts'
import { OwnTime } from './own-time.ts'
import { thrown } from './thrown.ts'
import type { WorkTimes } from './work-times.ts'
import { bytesOf } from './yielded.ts'

type Pulled = IteratorResult<Uint8Array, undefined>

export type FlowRunOptions = {
  channel: number
  /** The engine's number of the flow. */
  flow: number
  /** Calls the modifier's function; may throw whatever it throws. */
  begin: (chunks: object) => unknown
  port: FramePort
  times: WorkTimes
  /** For a dry run: tell when chunks go in and come out. */
  traced: boolean
  /** The modifier's code is about to run. */
  onTurn: () => void
  /** Called once, when nothing of it is needed any more. */
  onOver: () => void
}

/** Of all flows together: what many have a credit for would be memory of the process, which its modifier answers for. */
const mostQueued = 2 * 1024 * 1024

/** Chunks that were taken leave holes at the front of the queue, up to so many. */
const compactFrom = 64

/**
 * One run of a modifier's function over one body. The function is pulled only while the engine takes what comes out,
 * and its input is told to be taken only when it has pulled it.
 */
export class FlowRun implements Context, ChunkSource {
  readonly flow: number
  readonly #options: FlowRunOptions
  over = false
  // Input.
  #queue: Uint8Array[] = []
  #taken = 0
  #ended = false
  #left = false
  #pulls: ((result: Pulled) => void)[] = []
  /** Taken, and the engine has not been told. */
  #owed = 0
  // Output.
  #iterator: AnyIterator | undefined
  /** Sent, and the engine has not said that it is taken. */
  #unheard = 0
  #heard: (() => void) | undefined
  readonly #activity: Activity
  readonly #ownTime: OwnTime | undefined

  constructor(options: FlowRunOptions) {
    this.#options = options
    this.flow = options.flow
    this.#activity = new Activity(options.times)
    if (options.traced) this.#ownTime = new OwnTime()
    void contexts.run(this, () => this.#run())
  }

  /** Asked behind whatever may have ended it. */
  isOver(): boolean {
    return this.over
  }

  /** `bytes` is nobody else's. */
  chunk(bytes: Uint8Array): void {
    if (this.over || this.#left) return
    const pull = this.#pulls.shift()
    if (pull) pull(this.#hand(bytes))
    else this.#queue.push(bytes)
  }

  end(): void {
    this.#ended = true
    this.#finishPulls()
  }

  credit(amount: number): void {
    this.#unheard -= amount
    const heard = this.#heard
    this.#heard = undefined
    heard?.()
  }

  /** The modifier's function is let go of: whatever it waits for comes to an end, and it is told to return. */
  cancel(): void {
    if (this.over) return
    this.#close(true)
    const iterator = this.#iterator
    if (!iterator?.return) return
    void contexts.run(this, async () => {
      try {
        await iterator.return?.()
      } catch {
        // Nobody is left to be told.
      }
    })
  }

  /** It has had everything it needs for longer than that, and neither pulled nor yielded; see Activity. */
  hangs(passedMs: number, hangMs: number): boolean {
    return !this.over && this.#activity.hangs(passedMs, hangMs)
  }

  fail(fault: Fault): void {
    if (this.over) return
    this.#options.port.json(frameType.fail, this.#options.channel, fault)
    this.#options.port.send()
    this.cancel()
  }

  hold(wake: (cut: boolean) => void, onPurpose: boolean): () => void {
    return this.#activity.hold(wake, onPurpose)
  }

  failed(error: unknown): void {
    this.fail(thrown(error))
  }

  pull(): Promise<Pulled> {
    const bytes = this.#queue[this.#taken]
    if (bytes) {
      this.#queue[this.#taken++] = nothing
      if (this.#taken === this.#queue.length) {
        this.#queue.length = 0
        this.#taken = 0
      } else if (this.#taken === compactFrom) {
        this.#queue.splice(0, compactFrom)
        this.#taken = 0
      }
      return Promise.resolve(this.#hand(bytes))
    }
    if (this.#ended || this.over || this.#left) {
      this.#fed()
      return Promise.resolve({ value: undefined, done: true })
    }
    this.#activity.starves()
    this.#ownTime?.starving(true)
    this.#settle()
    return new Promise((resolve) => this.#pulls.push(resolve))
  }

  leave(): void {
    this.#left = true
    this.#queue = []
    this.#taken = 0
    this.#finishPulls()
  }

  async #run(): Promise<void> {
    try {
      this.#ask()
      this.#iterator = await iteratorOf(this.#options.begin(newChunks(this)))
      while (!this.over) {
        if (this.#unheard > creditLimit - creditStep) await this.#room(creditStep)
        while (this.#options.port.queued > mostQueued && !this.isOver()) await this.#options.port.room(mostQueued)
        this.#ask()
        const step = this.#iterator.next()
        const result: unknown = this.#iterator.isAsync ? await step : step
        if (typeof result !== 'object' || result === null) throw new TypeError('next() of its iterator gave no object')
        const { done, value } = result as { done?: unknown; value: unknown }
        this.#activity.answered()
        this.#ownTime?.asked(false)
        if (this.isOver()) return
        if (done) {
          this.#finish()
          return
        }
        const bytes = bytesOf(value)
        if (!bytes) {
          this.fail({ code: 'MODIFIER_YIELD', text: described(value) })
          return
        }
        for (let at = 0; at < bytes.length; at += longestChunk) {
          const part = bytes.length <= longestChunk ? bytes : bytes.slice(at, at + longestChunk)
          if (this.#unheard > 0 && this.#unheard + weight(part.length) > creditLimit)
            await this.#room(weight(part.length))
          if (this.isOver()) return
          this.#send(part)
        }
      }
    } catch (error) {
      this.#activity.answered()
      this.fail(thrown(error))
    }
  }

  #ask(): void {
    this.#options.onTurn()
    this.#activity.asked()
    this.#ownTime?.asked(true)
  }

  #send(bytes: Uint8Array): void {
    const { port, channel, traced } = this.#options
    if (traced) port.floats(frameType.yielded, channel, clock.ms(), this.#ownTime?.take() ?? 0)
    port.frame(frameType.chunk, channel, bytes)
    chunkWent(bytes.length)
    if (traced) port.flush()
    else port.sendFirst()
    this.#unheard += weight(bytes.length)
  }

  /** Resolves when there is room for so much, or nothing is on its way any more. */
  async #room(amount: number): Promise<void> {
    while (!this.over && this.#unheard > 0 && this.#unheard + amount > creditLimit)
      await new Promise<void>((resolve) => (this.#heard = resolve))
  }

  #finish(): void {
    if (this.over) return
    this.#options.port.frame(frameType.end, this.#options.channel)
    this.#options.port.send()
    this.#close(false)
  }

  #close(cut: boolean): void {
    this.over = true
    this.leave()
    this.#activity.end(cut)
    this.credit(this.#unheard)
    this.#options.onOver()
  }

  #finishPulls(): void {
    if (this.#pulls.length === 0) return
    this.#fed()
    for (const pull of this.#pulls.splice(0)) pull({ value: undefined, done: true })
  }

  #fed(): void {
    this.#activity.fed()
    this.#ownTime?.starving(false)
  }

  #hand(value: Uint8Array): Pulled {
    const { port, channel, traced } = this.#options
    this.#options.onTurn()
    const now = this.#activity.given()
    this.#owed += weight(value.length)
    if (this.#owed >= creditStep) this.#settle()
    if (traced) {
      this.#ownTime?.starving(false)
      this.#ownTime?.take()
      port.floats(frameType.pulled, channel, now)
      this.#sendTraced()
    }
    return { value, done: false }
  }

  /** A dry run shows how far the code came, also when it never lets go of its turn. */
  #sendTraced(): void {
    const { port, traced } = this.#options
    if (traced) port.flush()
    else port.send()
  }

  /** Tells the engine what was taken. */
  #settle(): void {
    if (this.#owed === 0) return
    this.#options.port.number(frameType.credit, this.#options.channel, this.#owed)
    this.#options.port.send()
    this.#owed = 0
  }
}

const nothing = new Uint8Array(0)
