/**
 * One client connection that speaks HTTP/1: requests are read one after the other, each becomes an Exchange, answers
 * go out in order. It owns the socket's listeners, one set for its life. Pipelined requests wait, in bounded memory.
 */
import type { Socket } from 'node:net'
import { HeadReader, WireError, parseRequestHead, requestFraming, type RequestHead } from '../../http1/index.ts'
import { StreamReset } from '../../http2/index.ts'
import type { ConnectionInfo } from '../../model/flow.ts'
import { ClientWriter } from '../../streaming/index.ts'
import { spokenVersion, type ClientPort, type Via } from './client-port.ts'
import type { ProxyContext } from '../context.ts'
import { Exchange } from '../exchange/exchange.ts'
import { BlockReads, settled } from '../reads/block-reads.ts'
import { bugFailure, explain } from '../failure.ts'
import { Intake } from './intake.ts'
import { lingerThenDestroy } from './linger.ts'
import { wantsKeep } from '../exchange/head-edits.ts'
import { parseAuthority } from '../exchange/target.ts'
import { answerOwn } from '../own-site/answer-own.ts'
import { isOwnSite } from '../own-site/own-site.ts'
import { refuseBody, refuseConnect } from './refuse-connect.ts'
import { refuseHead } from './refuse-head.ts'
import { RequestTargets } from './request-targets.ts'
import { beginLimitMs, type Waiting } from './slow-watch.ts'

/** What the preface of HTTP/2 looks like to a reader of HTTP/1 (RFC 9113 §3.4). */
const prefaceHead = 'PRI * HTTP/2.0\r\n'

export class Session implements ClientPort, Waiting {
  readonly context: ProxyContext
  readonly socket: Socket
  readonly info: ConnectionInfo
  readonly via: Via
  /** The way of all its responses. */
  readonly writer: ClientWriter
  readonly intake: Intake
  /** Where its bytes come from when they are lent; they do not come as 'data' then. */
  reads: BlockReads | undefined
  #readCount = 0
  readonly #onEnded: () => void
  readonly #reader: HeadReader
  readonly #targets: RequestTargets
  #exchange: Exchange | undefined
  /** Nothing has come yet. */
  #fresh = true
  #over = false

  /** `early`: bytes already read. `onEnded`: the session is over, its socket closed or given away. */
  constructor(
    context: ProxyContext,
    socket: Socket,
    info: ConnectionInfo,
    via: Via,
    onEnded: () => void,
    early?: Buffer,
  ) {
    this.context = context
    this.socket = socket
    this.info = info
    this.via = via
    this.writer = new ClientWriter(socket)
    this.intake = new Intake(socket, context.stalls, (bytes) => this.#take(bytes, false))
    this.#onEnded = onEnded
    this.#reader = new HeadReader(context.wire)
    this.#targets = new RequestTargets(via)
    socket.on('data', this.#onData).on('drain', this.#onDrain).on('end', this.#onEnd)
    socket.on('error', this.#onError).on('close', this.#onClose)
    socket.resume()
    if (early && early.length > 0) this.#take(early, false)
  }

  /** Nothing is under way on it. */
  get idle(): boolean {
    return !this.#exchange
  }

  /** Closes it if it is idle; otherwise its exchange sees `context.stopping` and closes it when it is done. */
  closeIfIdle(): void {
    if (this.idle) this.socket.destroy()
  }

  exchangeEnded(then: 'keep' | 'close' | 'cut'): void {
    this.#exchange = undefined
    this.reads?.changeHands()
    if (this.#over) return
    if (then !== 'keep' || this.context.stopping) {
      this.#close(then === 'cut')
      return
    }
    if (this.intake.paused) this.intake.resume()
    else this.intake.takeWaiting()
  }

  /** Ends the session, but not the socket, which belongs to the caller from now on; with bytes that were waiting. */
  giveAway(): Buffer {
    const { socket } = this
    socket.off('data', this.#onData).off('drain', this.#onDrain).off('end', this.#onEnd)
    socket.off('error', this.#onError).off('close', this.#onClose)
    this.#over = true
    this.#exchange = undefined
    this.context.slow.end(this)
    this.#onEnded()
    return this.intake.end()
  }

  readonly #onData = (bytes: Buffer): void => {
    this.#onBytes(bytes)
    if (++this.#readCount < settled || this.reads || this.#over) return
    const reads = BlockReads.begin(this.socket, this.#onBytes, () => this.#exchange?.sender.waits === true)
    if (reads) this.reads = reads
  }

  readonly #onBytes = (bytes: Buffer): void => {
    const lent = this.reads !== undefined
    if (this.intake.paused) this.intake.readAhead(lent ? Buffer.from(bytes) : bytes)
    else this.#take(bytes, lent)
  }

  /** `lent`: what is kept of them has to be copied. */
  #take(bytes: Buffer, lent: boolean): void {
    const exchange = this.#exchange
    try {
      if (exchange) {
        const at = exchange.requestDone ? 0 : exchange.takeRequest(bytes, 0)
        if (at < bytes.length) this.#wait(bytes, at, lent)
      } else {
        this.#read(bytes, lent)
      }
    } catch (error) {
      if (!(error instanceof WireError)) this.#bug(error)
      else if (this.#exchange) this.#exchange.badRequest(error)
      else this.#refuse(error, this.#reader.text)
    }
    if (this.#exchange?.requestDone !== false) this.reads?.rest()
  }

  #read(bytes: Buffer, lent: boolean): void {
    const { via } = this
    const onOther = this.#fresh && via.kind !== 'tunnel' ? via.others.get(bytes[0] ?? 0) : undefined
    this.#fresh = false
    if (onOther) {
      this.giveAway()
      onOther(this.socket, this.info, bytes, via)
      return
    }
    const began = this.#reader.started
    const behind = this.#reader.feed(bytes, 0)
    if (behind === -1) {
      if (this.#reader.started) this.context.slow.begin(this)
      return
    }
    if (began) this.context.slow.end(this)
    if (this.#reader.text === prefaceHead && via.kind !== 'tunnel' && !via.http2) {
      this.#speaksHttp2(via, bytes, behind)
      return
    }
    const head = parseRequestHead(this.#reader.text, this.context.wire)
    if (head.method === 'CONNECT' && via.kind === 'proxy') this.#connect(via, head, bytes, behind)
    else this.#request(head, bytes, behind, lent)
  }

  /** A head that asks for a tunnel, which is no request of this session any more. Throws WireError. */
  #connect(via: Via & { kind: 'proxy' }, head: RequestHead, bytes: Buffer, behind: number): void {
    const { context, socket, info } = this
    const early = behind < bytes.length ? Buffer.from(bytes.subarray(behind)) : undefined
    const httpVersion = spokenVersion(via, head)
    parseAuthority(head.target)
    refuseBody(requestFraming(head))
    const refusal = context.auth?.refusal(head)
    if (!refusal) {
      this.giveAway()
      this.reads?.end()
      via.onConnect(socket, info, head, httpVersion, early)
      return
    }
    // What came behind it was meant for the tunnel.
    const keep = early === undefined && !via.http2 && wantsKeep(head)
    refuseConnect(context, { socket, info, head, httpVersion }, refusal, keep)
    if (!keep) this.#close()
  }

  /** A request, which becomes an exchange, unless we answer it ourselves. Throws WireError. */
  #request(head: RequestHead, bytes: Buffer, behind: number, lent: boolean): void {
    const target = this.#targets.of(head)
    // Inside a tunnel it has been said, and a port that stands for an origin is none of a proxy.
    const refusal = this.via.kind === 'proxy' ? this.context.auth?.refusal(head) : undefined
    if (!refusal && isOwnSite(target.destination.host)) {
      answerOwn(this.context, this.socket, this.info, head, spokenVersion(this.via, head), target)
      this.#close()
      return
    }
    const exchange = new Exchange(this, head, target)
    this.#exchange = exchange
    exchange.start(refusal !== undefined)
    // It may have ended already, and its end may have begun the next one.
    const at = exchange.requestDone ? behind : exchange.takeRequest(bytes, behind)
    // Behind the present read, as any other failure: what came with it waits its turn.
    if (refusal) setImmediate(() => this.#guarded(() => exchange.fail(refusal)))
    else exchange.endOfRead()
    if (at < bytes.length) this.#wait(bytes, at, lent)
  }

  /** It knows that we do (RFC 9113 §3.3). */
  #speaksHttp2(via: Via & { kind: 'proxy' | 'reverse' }, bytes: Buffer, behind: number): void {
    const rest = Buffer.concat([Buffer.from(`${prefaceHead}\r\n`), bytes.subarray(behind)])
    this.giveAway()
    this.reads?.end()
    // Until its next owner listens, what flows is lost.
    this.socket.pause().unshift(rest)
    via.onHttp2(this.socket, this.info, via)
  }

  #wait(bytes: Buffer, from: number, lent: boolean): void {
    if (this.#over) return
    const rest = bytes.subarray(from)
    this.intake.wait(lent ? Buffer.from(rest) : rest)
  }

  tooSlow(): void {
    const sentence = `the head was not complete ${beginLimitMs / 1000} seconds after its first byte`
    this.#guarded(() => this.#refuse(new WireError(sentence, 408), this.#reader.partial))
  }

  #guarded(action: () => void): void {
    try {
      action()
    } catch (bug) {
      this.#bug(bug)
    }
  }

  /** The client's bytes are not HTTP: it is told what is wrong, and the connection ends. */
  #refuse(error: WireError, text: string): void {
    refuseHead(this, error, text, this.#targets)
    this.#close()
  }

  /** Not a reason to end everybody else's flows. */
  #bug(bug: unknown): void {
    const { flowError } = bugFailure(bug, 'request-head')
    if (this.#exchange) this.#exchange.abort(flowError)
    else this.context.notice(flowError.message)
    this.socket.destroy()
  }

  /** Sends what is written, then closes; what the client still sends is not looked at. */
  #close(cut = false): void {
    const { socket } = this
    socket.off('data', this.#onData)
    this.context.slow.end(this)
    this.intake.end()
    if (this.reads) this.reads.onBytes = () => undefined
    // Unread bytes would turn the close into a reset, and the reset would take our answer away from the client.
    socket.resume()
    if (cut) return
    socket.end()
    lingerThenDestroy(socket)
  }

  readonly #onDrain = (): void => {
    try {
      this.#exchange?.clientDrained()
    } catch (bug) {
      this.#bug(bug)
    }
  }

  readonly #onEnd = (): void => {
    // A client that has closed and one that has only half-closed look the same here. The first is the usual case, and
    // an origin must not go on for nobody.
    this.#left('it closed the connection')
  }

  readonly #onError = (error: Error): void => {
    this.#left(explain(error), error instanceof StreamReset ? error.resetCode : undefined)
  }

  readonly #onClose = (): void => {
    this.#left('it closed the connection')
    this.#over = true
    this.context.slow.end(this)
    this.intake.end()
    this.#onEnded()
  }

  #left(how: string, resetCode?: number): void {
    const exchange = this.#exchange
    this.#exchange = undefined
    exchange?.clientLeft(how, resetCode)
    if (!this.socket.writableEnded || exchange) this.socket.destroy()
  }
}
