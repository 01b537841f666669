import { now, type BodyListener, type OpenFlow } from '../../flows/index.ts'
import type { RequestHead } from '../../http1/index.ts'
import type { FlowError } from '../../model/errors.ts'
import { nothingRecorded } from '../../model/flow.ts'
import type { ConnectionInfo, Flow, Micros, RecordedBody, ResponseMessage } from '../../model/flow.ts'
import { BodyWatch } from '../../streaming/index.ts'
import type { ProxyContext } from '../context.ts'
import { shownHead } from '../client/proxy-auth.ts'
import { tellOpened, type OpenedAt } from '../origin/opening.ts'
import type { Way } from '../origin/ways/way.ts'
import type { ModifierPart } from './modifier-part.ts'

/** The flow of one exchange: when things happened, and its one end. */
export class ExchangeFlow {
  readonly flow: Flow
  readonly open: OpenFlow
  /** Most flows are watched by nobody. */
  watch: BodyWatch | undefined
  readonly #context: ProxyContext

  /** `httpVersion`: what the client speaks. */
  constructor(
    context: ProxyContext,
    client: ConnectionInfo,
    head: RequestHead,
    url: string,
    httpVersion: string,
    way: Way | undefined,
  ) {
    this.#context = context
    this.open = context.life.begin({
      client,
      method: head.method,
      url,
      httpVersion,
      head: shownHead(head),
    })
    this.flow = this.open.flow
    if (way?.note !== undefined) this.flow.notes.push(way.note)
  }

  /** Returns how to stop watching. */
  watchBody(listener: BodyListener): () => void {
    this.watch ??= new BodyWatch((bug) => {
      this.#context.notice(`A bug in Spillway: who watched flow ${this.flow.id} failed: ${String(bug)}`)
    })
    return this.watch.add(listener)
  }

  /** The connection was made for it. */
  opened(at: OpenedAt): void {
    tellOpened(this.flow.timings, this.open.began, at)
  }

  happens(what: 'sent' | 'firstByte' | 'lastByte', at: Micros = now()): void {
    this.flow.timings[what] = at - this.open.began
  }

  responds(response: ResponseMessage, part: ModifierPart | undefined): void {
    this.flow.response = response
    if (!part) return
    if (part.applied.length > 0) this.flow.modifiers = part.applied
    this.flow.notes.push(...part.notes)
  }

  /** TLS has a word for the end of a stream, close_notify, but node:tls does not say whether it came. */
  endedWithConnection(): void {
    const { notes, origin } = this.flow
    if (origin?.tls || origin?.via?.startsWith('https:'))
      notes.push('the body ended with its connection; over TLS nobody can tell whether it was complete')
  }

  /** The records may still be on their way to the disk; the flow ends when they are there. */
  end(
    error: FlowError | undefined,
    request: RecordedBody | Promise<RecordedBody>,
    response: RecordedBody | Promise<RecordedBody> | undefined,
    delivered: RecordedBody | Promise<RecordedBody> | undefined,
  ): void {
    this.flow.timings.end = now() - this.open.began
    if (request instanceof Promise || response instanceof Promise || delivered instanceof Promise) {
      const records = Promise.all([request, response, delivered])
      records.then(
        (all) => this.#keep(error, ...all),
        () => this.#keep(error, nothingRecorded, nothingRecorded, delivered && nothingRecorded),
      )
    } else {
      this.#keep(error, request, response, delivered)
    }
  }

  #keep(
    error: FlowError | undefined,
    request: RecordedBody,
    response: RecordedBody | undefined,
    delivered: RecordedBody | undefined,
  ): void {
    const { flow } = this
    flow.request.body = request
    if (flow.response) flow.response.body = response ?? nothingRecorded
    if (delivered) flow.modifiedBody = delivered
    this.#context.life.end(flow, error)
  }
}
