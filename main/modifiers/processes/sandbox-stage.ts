import type { ModifierFailure } from '../../model/modifier.ts'
import {
  creditLimit,
  creditStep,
  FrameError,
  frameType,
  longestChunk,
  weight,
  type FramePort,
} from '../frames/index.ts'
import type { Stage, StageOutput } from '../modifier.ts'

/** So much of one flow may be on its way before its writer is asked to wait; it goes on below half of it. */
const enough = creditLimit / 2
/** A chunk beyond it is told to be taken at once, as the next one may need all the credit there is. */
const largeChunk = 64 * 1024

export type StageOwner = {
  readonly port: FramePort
  /** What all flows of the sandbox have on their way; changes by the weight of chunks. */
  inFlight: number
  /** Beyond it every flow has to wait, however little is its own. */
  readonly inFlightLimit: number
  /** A flow waits for others. */
  crowded: boolean
  /** The stage needs nothing any more. `failed`: for the sake of the modifier. */
  over(stage: SandboxStage, failed: boolean): void
  /** Credit is owed that can wait a little for company. */
  owes(stage: SandboxStage): void
  bug(cause: unknown): void
}

export type Counts = { chunksIn: number; bytesIn: number; chunksOut: number; bytesOut: number }

/** For a dry run: `ms` on the worker's clock, and `ownMs` that the modifier took since it last pulled or yielded. */
export type Trace = { pulled(ms: number): void; yielded(ms: number, ownMs: number): void }

/** One flow in a sandbox, as the engine sees it. */
export class SandboxStage implements Stage {
  readonly channel: number
  readonly trace: Trace | undefined
  readonly #owner: StageOwner
  readonly #out: StageOutput
  readonly #counts: Counts
  #over = false
  #ended = false
  /** Weight of what was written and is not taken. */
  #unheard = 0
  #waiting = false
  /** Weight of what has come and the sandbox does not know to be taken. */
  #owed = 0
  #paused = false
  /** It has got something in the present read. */
  touched = false

  constructor(owner: StageOwner, channel: number, out: StageOutput, counts: Counts, trace?: Trace) {
    this.#owner = owner
    this.channel = channel
    this.#out = out
    this.#counts = counts
    this.trace = trace
  }

  /** Waits for `drain`. */
  get waiting(): boolean {
    return this.#waiting
  }

  write(bytes: Uint8Array): boolean {
    if (this.#over || this.#ended || bytes.length === 0) return true
    if (bytes.length <= longestChunk) this.#send(bytes)
    else for (let at = 0; at < bytes.length; at += longestChunk) this.#send(bytes.subarray(at, at + longestChunk))
    this.#owner.port.send()
    this.#waiting = this.#unheard >= enough || this.#crowded()
    return !this.#waiting
  }

  end(): void {
    if (this.#over || this.#ended) return
    this.#ended = true
    this.#tell(frameType.end)
  }

  cancel(): void {
    if (this.#over) return
    this.#tell(frameType.cancel)
    this.#close(false)
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    if (!this.#over) this.settle()
  }

  // From the sandbox.

  /** Its credit was kept, or it is ended with FrameError. */
  arrived(bytes: Buffer): void {
    if (this.#over) return
    const cost = weight(bytes.length)
    if (this.#owed > 0 && this.#owed + cost > creditLimit) throw new FrameError('a flow has more than its credit')
    this.#owed += cost
    this.#counts.chunksOut++
    this.#counts.bytesOut += bytes.length
    try {
      this.#out.chunk(bytes)
    } catch (cause) {
      this.#bug(cause)
    }
    if (bytes.length > largeChunk && !this.#paused) this.settle()
  }

  taken(amount: number): void {
    if (this.#over) return
    if (amount > this.#unheard) throw new FrameError('a flow has taken more than it was given')
    this.#unheard -= amount
    this.#owner.inFlight -= amount
    this.relieve()
  }

  /** Tells `drain`, if there is room and somebody waits for it. */
  relieve(): void {
    if (!this.#waiting || this.#over || this.#unheard > enough / 2) return
    // Each flow may have one chunk on its way, however many they are.
    if (this.#unheard > 0 && this.#crowded()) return
    this.#waiting = false
    this.#call(() => this.#out.drain())
  }

  finished(): void {
    if (this.#over) return
    this.#close(false)
    this.#call(() => this.#out.end())
  }

  failed(failure: ModifierFailure): void {
    if (this.#over) return
    this.#close(true)
    this.#call(() => this.#out.fail(failure))
  }

  readDone(): void {
    this.touched = false
    if (!this.#over) this.#call(() => this.#out.endOfRead())
    if (this.#over || this.#paused || this.#owed === 0) return
    if (this.#owed >= creditStep) this.settle()
    else this.#owner.owes(this)
  }

  /** Tells the sandbox what was taken, unless it shall wait. */
  settle(): void {
    if (this.#over || this.#paused || this.#owed === 0) return
    this.#owner.port.number(frameType.credit, this.channel, this.#owed)
    this.#owner.port.send()
    this.#owed = 0
  }

  #crowded(): boolean {
    if (this.#owner.inFlight < this.#owner.inFlightLimit) return false
    this.#owner.crowded = true
    return true
  }

  #send(bytes: Uint8Array): void {
    this.#owner.port.frame(frameType.chunk, this.channel, bytes)
    this.#unheard += weight(bytes.length)
    this.#owner.inFlight += weight(bytes.length)
    this.#counts.chunksIn++
    this.#counts.bytesIn += bytes.length
  }

  #tell(type: number): void {
    this.#owner.port.frame(type, this.channel)
    this.#owner.port.send()
  }

  #close(failed: boolean): void {
    this.#over = true
    this.#owner.inFlight -= this.#unheard
    this.#unheard = 0
    this.#owner.over(this, failed)
  }

  #call(tell: () => void): void {
    try {
      tell()
    } catch (cause) {
      this.#bug(cause)
    }
  }

  #bug(cause: unknown): void {
    this.cancel()
    this.#owner.bug(cause)
  }
}
