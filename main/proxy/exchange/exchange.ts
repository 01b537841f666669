/**
 * One request and its response: it takes the request to the origin, carries out the delivery of the response, and
 * ends its flow exactly once, whoever fails first.
 */
import { WireError, editHead, requestFraming } from '../../http1/index.ts'
import type { BodyFollower, Framing, RequestHead, ResponseHead } from '../../http1/index.ts'
import type { BodyListener } from '../../flows/index.ts'
import type { FlowError } from '../../model/errors.ts'
import type { Flow } from '../../model/flow.ts'
import type { ResponseFacts } from '../../rules/index.ts'
import { decide, noClaims, type BodyDelivery, type ModifiedHost, type RecordRoom } from '../../streaming/index.ts'
import { answerWithError, cutClient } from '../client/answer.ts'
import { ExchangeFlow } from './exchange-flow.ts'
import type { ModifierFailure } from '../../model/modifier.ts'
import { Failure, bugFailure, clientLeft, deliveryFailure, requestFailure, unaskedSwitch } from '../failure.ts'
import { informationalEdit, isIdempotent, wantedUpgrade, wantsKeep } from './head-edits.ts'
import { spokenVersion, type ClientPort } from '../client/client-port.ts'
import { OriginLease, type Seeker } from '../origin/origin-lease.ts'
import type { Opened } from '../origin/opening.ts'
import { withModifiers, type ModifierPart } from './modifier-part.ts'
import { beginDelivery, newResponse, responseFacts, startResponse, type ResponseStart } from './response-start.ts'
import type { OriginConnection } from '../origin/origin-connection.ts'
import type { ResponseReceiver } from '../origin/response-receiver.ts'
import { sentEdit, shownEdit } from './outgoing-head.ts'
import { RequestSender } from './request-sender.ts'
import type { Target } from './target.ts'
import { switchToTunnel } from './upgrade.ts'

export class Exchange implements Seeker, ResponseReceiver, ModifiedHost {
  readonly session: ClientPort
  readonly head: RequestHead
  readonly flow: Flow
  readonly #target: Target
  readonly #its: ExchangeFlow
  readonly #lease: OriginLease
  readonly sender: RequestSender
  readonly #upgrade: string | undefined
  #delivery: BodyDelivery | undefined
  #keepClient: boolean
  /** Of the response, once its delivery is decided. */
  #start: ResponseStart | undefined
  /** The client's connection is on its way to a reset. */
  #reset = false
  #originDone = false
  #over = false

  constructor(session: ClientPort, head: RequestHead, target: Target) {
    const { context, via } = session
    this.session = session
    this.head = head
    this.#target = target
    this.#keepClient = wantsKeep(head)
    this.#upgrade = wantedUpgrade(head)
    this.#lease = new OriginLease(context, via, target.destination, this.#upgrade)
    const { way } = this.#lease
    this.#its = new ExchangeFlow(context, session.info, head, target.url, spokenVersion(via, head), way)
    this.flow = this.#its.flow
    const sent = sentEdit(head, target, via, this.#upgrade !== undefined, way)
    this.flow.request.edit = shownEdit(sent, way)
    this.sender = new RequestSender(this, editHead(head, sent), session.intake)
    this.#its.open.runner = this
  }

  /** All of the request has come from the client. */
  get requestDone(): boolean {
    return this.sender.received
  }

  /** Finds a connection and sends what there is. `refused`: it is to fail when what has come of its body is read. */
  start(refused: boolean): void {
    try {
      const framing = requestFraming(this.head)
      this.sender.follow(framing, this.session.context.wire)
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      this.badRequest(error)
      return
    }
    if (!refused) this.#lease.reach(this)
  }

  /** Bytes of the request's body; returns the offset behind those that belong to it. Throws WireError. */
  takeRequest(bytes: Buffer, from: number): number {
    if (this.#over) return bytes.length
    const at = this.sender.take(bytes, from)
    if (this.sender.received && this.#lease.connection) this.#its.happens('sent')
    return at
  }

  /** All bytes of one read have been taken: a request without a body goes out now. */
  endOfRead(): void {
    this.sender.flush()
  }

  badRequest(error: WireError): void {
    this.#keepClient = false
    this.fail(requestFailure(error, this.sender.started ? 'request-body' : 'request-head'))
  }

  clientDrained(): void {
    this.#delivery?.drained()
  }

  /** `resetCode`: with which it has reset its stream. */
  clientLeft(how: string, resetCode?: number): void {
    this.#lease.release(resetCode)
    this.#end(clientLeft(this.flow, this.sender.received, how))
  }

  /** Ends it from outside, at once. */
  abort(error: FlowError): void {
    this.fail(new Failure(error.code, error.side, error.phase, error.message))
  }

  watchBody(listener: BodyListener): (() => void) | undefined {
    return this.#over ? undefined : this.#its.watchBody(listener)
  }

  // From the origin
  onInformational(head: ResponseHead): void {
    // RFC 9110 §15.2: not to HTTP/1.0 clients.
    if (this.head.version === '1.0') return
    const text = editHead(head, informationalEdit(head))
    this.flow.informational.push(text.slice(0, -2))
    this.session.socket.write(text, 'latin1')
  }

  onResponse(head: ResponseHead, framing: Framing): void {
    const { context } = this.session
    this.#its.happens('firstByte', this.#lease.connection?.firstByteAt)
    if (head.status === 407) this.#lease.proxyRefuses(head)
    const facts = responseFacts(head, framing, this.head.method, this.#target)
    if (context.modifiers.empty) {
      this.#deliver(head, framing, facts, undefined)
      return
    }
    this.flow.response = newResponse(head, this.#lease.connection?.speaks)
    const responding = { flow: this.flow, request: this.head, head, framing, facts, isOver: () => this.#over }
    const goOn = (part: ModifierPart | undefined): void => this.#deliver(head, framing, facts, part)
    withModifiers(context, this.#lease.connection, responding, goOn, this)
  }

  #deliver(head: ResponseHead, framing: Framing, facts: ResponseFacts, part: ModifierPart | undefined): void {
    const { context, writer } = this.session
    const plan = decide(part?.facts ?? facts, framing, part?.claims ?? noClaims, context.settings)
    const mayKeep = this.#keepClient && this.sender.received && !context.stopping
    const { rewrite } = this.#target
    const start = (this.#start = startResponse({ head, framing, request: this.head, mayKeep, part, rewrite }))
    start.response.httpVersion = this.#lease.connection?.speaks ?? head.version
    this.#keepClient = start.keep
    this.#its.responds(start.response, part)
    this.#delivery = beginDelivery(this, start, writer, plan, part)
  }

  onBody(bytes: Buffer, from: number, follower: BodyFollower): void {
    this.#delivery?.take(bytes, from, follower)
    if (this.#its.watch !== undefined) this.#its.watch.tell(bytes, follower, this.flow.response?.bytes ?? 0)
  }

  onReadEnd(): void {
    this.#delivery?.endOfRead()
  }

  onResponseEnd(follower: BodyFollower): void {
    this.#originDone = true
    this.#its.happens('lastByte')
    if (this.flow.response) this.flow.response.trailers = follower.trailers
    if (this.#start?.originCloses) this.#its.endedWithConnection()
    if (this.sender.done) this.#lease.giveBack()
    else this.#lease.release()
    this.#delivery?.finish()
  }

  onSwitch(head: ResponseHead, rest: Buffer): void {
    const origin = this.#lease.connection
    if (!origin) return
    if (this.#upgrade === undefined) {
      this.fail(unaskedSwitch())
      return
    }
    this.#its.happens('firstByte')
    // From here on the tunnel ends the flow, in its time.
    this.#over = true
    const { rewrite } = this.#target
    switchToTunnel({ session: this.session, open: this.#its.open, origin, head, rewrite, rest, asked: this.#upgrade })
  }

  onOriginDrain(): void {
    this.sender.drained()
  }

  onOriginFailure(failure: Failure, untouched: boolean): void {
    const asked = { untouched, empty: this.sender.empty, idempotent: isIdempotent(this.head.method) }
    if (!this.#lease.mayAskAgain(failure, asked)) {
      this.fail(failure)
      return
    }
    this.sender.again()
    this.#lease.open(this)
  }

  holdsBytes(): boolean {
    return this.session.socket.writableLength > 0 && this.#delivery?.keepsBytes !== false
  }

  get records(): RecordRoom {
    return this.session.context.records
  }

  deliveryChanged(): void {
    this.session.context.life.delivery(this.flow)
  }

  deliveryFailed(why: Error | ModifierFailure): void {
    this.fail(deliveryFailure(why))
  }

  bodyUnwanted(): void {
    this.flow.notes.push('a modifier ended before the response did; the rest of the response was not read')
    this.#lease.release()
  }

  /** Ends this flow, and nobody else's. */
  bug(cause: unknown): void {
    this.fail(bugFailure(cause, this.flow.response ? 'response-body' : 'response-head'))
  }

  pause(): void {
    this.#lease.connection?.pause()
  }

  resume(): void {
    this.#lease.connection?.resume()
  }

  get repeatable(): boolean {
    return this.sender.empty && isIdempotent(this.head.method)
  }

  onOrigin(connection: OriginConnection, at: Opened['at']): void {
    if (at) this.#its.opened(at)
    this.flow.origin = connection.info
    this.flow.originReused = at === undefined
    connection.expect(this.head.method, this, !this.sender.empty)
    this.sender.to(connection.socket)
    if (this.sender.received) this.#its.happens('sent')
  }

  flushed(): void {
    if (!this.sender.received) {
      // The answer is complete, the request is not: what still comes of it has no use.
      this.flow.notes.push('the origin answered before the request was complete; the rest of the request was not read')
      this.#lease.release()
    }
    this.#end(undefined)
  }

  fail(failure: Failure): void {
    if (this.#over) return
    if (failure.flowError.code === 'INTERNAL') this.session.context.notice(failure.message)
    this.#lease.release()
    const delivery = this.#delivery
    const { socket } = this.session
    if (!delivery || delivery.unsent) {
      delivery?.abandon()
      // Nothing has been sent, so the client is told.
      this.#keepClient &&= this.sender.received && this.head.version === '1.1'
      this.#keepClient = answerWithError(socket, this.flow, this.head, failure, this.#keepClient)
      this.#end(failure.flowError)
      return
    }
    const { side } = failure.flowError
    const hard = side !== 'origin' && side !== 'modifier'
    const endsWithConnection = this.#start?.endsWithConnection === true
    const cut = (): void => {
      delivery.abandon()
      this.#keepClient = false
      this.#reset = hard || endsWithConnection
      cutClient(socket, { endsWithConnection, now: hard, resetCode: failure.resetCode })
      this.#end(failure.flowError)
    }
    // What the origin still gave is on its way out, unless there is no way or somebody wants an end of it.
    if (hard) cut()
    else delivery.cut(cut)
  }

  /** The flow's one end; the client's connection goes on without waiting for the records. */
  #end(error: FlowError | undefined): void {
    if (this.#over) return
    const request = this.sender.finishRecord()
    const response = this.#delivery?.finishRecord(error === undefined || this.#originDone)
    const delivered = this.#delivery?.finishDelivered(error === undefined)
    this.#over = true
    this.#its.end(error, request, response, delivered)
    if (this.#reset) this.session.exchangeEnded('cut')
    else this.session.exchangeEnded(this.#keepClient && error?.code !== 'CLIENT_CLOSED' ? 'keep' : 'close')
  }
}
