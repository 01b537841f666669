import type { BodyFollower } from '../../http1/index.ts'
import type { ModifierFlow } from '../../model/modifier.ts'
import type { RecordedBody, ResponseMessage } from '../../model/flow.ts'
import type { BodyDelivery, DeliveryHost } from '../body-delivery.ts'
import { BodyRecord, contentSize } from '../body-record.ts'
import type { ClientWriter, ResponseWriterOwner } from '../client-writer.ts'
import type { Delivery } from '../decide.ts'
import type { Outgoing } from '../deliver.ts'
import { ChunkWriter } from './chunk-writer.ts'
import { OriginChunks } from './origin-chunks.ts'
import { Pipeline, type PipelineHost, type Sink } from './pipeline.ts'
import { Quiet } from './quiet.ts'
import type { Steps } from './steps.ts'

/** Its `deliveryFailed` hears of a modifier's failure, and of a CodingError when the origin's body is to blame. */
export type ModifiedHost = DeliveryHost & {
  /** What the origin still has to say of this body has no use any more. */
  bodyUnwanted(): void
}

/**
 * Carries out a Delivery through modifiers: the head goes at once, then what they make of the body, chunk by chunk. A
 * client that does not read stops them, and they stop the origin; what one of them does wrong is seen as a cut.
 */
export class ModifiedDelivery implements BodyDelivery, ResponseWriterOwner {
  readonly #host: ModifiedHost
  readonly #response: ResponseMessage
  readonly #writer: ClientWriter
  readonly #chunks: OriginChunks
  readonly #out: ChunkWriter
  readonly #came: BodyRecord
  readonly #went: BodyRecord
  #pipeline: Pipeline | undefined
  #sourceEnded = false
  /** The body will not be completed, and what is in the modifiers' hands is waited for. */
  #cutting: { quiet: Quiet; then: () => void } | undefined
  #over = false

  constructor(host: ModifiedHost, response: ResponseMessage, writer: ClientWriter, plan: Delivery, out: Outgoing) {
    this.#host = host
    this.#response = response
    this.#writer = writer
    this.#chunks = new OriginChunks(out.framing === 'chunked', (bytes) => this.#pipeline?.write(bytes))
    this.#out = new ChunkWriter(writer, out.raw, this.#onWritten)
    this.#came = new BodyRecord(host.records)
    this.#went = new BodyRecord(host.records)
    writer.begin(out.head, this)
    host.flow.delivery = { mode: plan.mode, reason: plan.words, crossoverAt: undefined }
    host.deliveryChanged()
  }

  /** To be called once, before anything else. */
  open(steps: Steps, flow: ModifierFlow): void {
    const host = this.#host
    const source: PipelineHost = {
      pause: () => host.pause(),
      resume: () => {
        if (!this.#cutting) host.resume()
      },
      // Cut it is already, for the reason that came first.
      failed: (failure) => (this.#cutting ? this.#cutNow() : host.deliveryFailed(failure)),
      broken: (error) => (this.#cutting ? this.#cutNow() : host.deliveryFailed(error)),
      unwanted: () => host.bodyUnwanted(),
      bug: (cause) => host.bug(cause),
    }
    const sink: Sink = {
      chunk: (bytes) => {
        this.#cutting?.quiet.heard()
        this.#out.chunk(bytes)
      },
      endOfRead: () => this.#out.flush(),
      // Their end is none: what they have read was not the whole.
      end: () => (this.#cutting ? this.#cutNow() : this.#end()),
    }
    this.#pipeline = new Pipeline(steps, flow, source, sink)
  }

  get keepsBytes(): boolean {
    return false
  }

  get unsent(): boolean {
    return !this.#over && this.#writer.unsent
  }

  take(bytes: Buffer, _from: number, follower: BodyFollower): void {
    if (this.#over) return
    this.#response.bytes += contentSize(follower)
    this.#response.chunks = follower.chunks
    this.#chunks.take(bytes, follower)
    this.#came.take(bytes, follower)
  }

  endOfRead(): void {
    if (!this.#over && this.#writer.unsent) this.#writer.write(undefined, false)
  }

  finish(): void {
    if (this.#over || this.#sourceEnded) return
    this.#sourceEnded = true
    this.#pipeline?.end()
  }

  /** What the modifiers give of what they have is waited for, until they are silent; that there is no more, they are not told. */
  cut(then: () => void): void {
    if (this.#over || this.#cutting) return
    this.#chunks.cut()
    this.#cutting = { then, quiet: new Quiet(() => this.#cutNow()) }
    if (this.#pipeline?.isOver !== false) this.#cutNow()
  }

  drained(): void {
    this.#out.drained()
    this.#writer.drained()
  }

  abandon(): void {
    if (this.#over) return
    this.#over = true
    this.#cutting?.quiet.stop()
    this.#writer.end()
    this.#out.drop()
    this.#pipeline?.cancel()
  }

  /** What came from the origin, as it came. */
  finishRecord(): RecordedBody | Promise<RecordedBody> {
    this.abandon()
    return this.#came.finishNow(this.#sourceEnded) ?? this.#came.finish(this.#sourceEnded)
  }

  /** What the client was sent; `whole`: to its end. */
  finishDelivered(whole: boolean): RecordedBody | Promise<RecordedBody> {
    this.abandon()
    return this.#went.finishNow(whole) ?? this.#went.finish(whole)
  }

  // Of the writer: the client does not take what comes out.

  pause(): void {
    this.#pipeline?.pause()
  }

  resume(): void {
    this.#pipeline?.resume()
  }

  flushed(): void {
    this.#host.flushed()
  }

  bug(cause: unknown): void {
    this.#host.bug(cause)
  }

  #cutNow(): void {
    if (this.#over || !this.#cutting) return
    this.#cutting.quiet.stop()
    this.#pipeline?.cancel()
    this.#out.flush()
    this.#cutting.then()
  }

  #end(): void {
    // They have not come yet when a modifier ends before the origin.
    this.#out.end(passing(this.#response.trailers ?? ''))
    this.#writer.settle()
  }

  readonly #onWritten = (bytes: Buffer, from: number, to: number): void => {
    this.#response.delivered += to - from
    this.#response.deliveredChunks++
    this.#went.append(bytes, from, to)
  }
}

/** The origin's trailers, but for what is true of its own body only (RFC 9530, RFC 3230). */
function passing(trailers: string): string {
  return trailers.replace(/^(?:content-digest|repr-digest|digest|content-md5):.*\r\n/gim, '')
}
