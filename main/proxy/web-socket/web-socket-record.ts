/**
 * What is kept and told of one WebSocket: the bytes of both directions, the index of their messages, counts on the flow,
 * and messages as they pass for those who watch. It looks on behind the tunnel, which it neither slows nor hurts.
 */
import { BodyLog, now, type BodySide, type MessageListener, type OpenFlow } from '../../flows/index.ts'
import { nothingRecorded, type Flow, type Gap, type MessageCounts } from '../../model/flow.ts'
import type { MessageDirection, WebSocketMessage } from '../../model/web-socket.ts'
import { Watchers } from '../../streaming/index.ts'
import { MessageAssembler, encodeMessage, indexRecordSize, type AgreedExtensions } from '../../websocket/index.ts'
import type { ProxyContext } from '../context.ts'
import { bugFailure } from '../failure.ts'
import type { TunnelTaps } from '../tunnel/tunnel.ts'
import { DirectionRecord } from './direction-record.ts'
import { byteGaps, listGaps } from './gap-notes.ts'

/** Of a payload, what watchers are told. */
const payloadLimit = 64 * 1024

export class WebSocketRecord implements TunnelTaps {
  readonly sent: DirectionRecord
  readonly received: DirectionRecord
  readonly #context: Pick<ProxyContext, 'logs' | 'notice'>
  readonly #flow: Flow
  readonly #began: number
  readonly #counts: MessageCounts = { sent: 0, received: 0, control: 0 }
  readonly #index: BodyLog
  readonly #gapNotes = new Map<string, number>()
  readonly #record = Buffer.alloc(indexRecordSize)
  readonly #watchers: Watchers<Parameters<MessageListener>>

  /** For a flow whose WebSocket begins; its counts are there from now on. */
  constructor(context: Pick<ProxyContext, 'logs' | 'notice'>, open: OpenFlow, extensions: AgreedExtensions) {
    this.#context = context
    this.#flow = open.flow
    this.#began = open.began
    this.#flow.messageCounts = this.#counts
    this.#index = new BodyLog(context.logs, () => this.#tellGaps('list'))
    this.#watchers = new Watchers((bug) => {
      context.notice(`A bug in Spillway: who watched flow ${this.#flow.id} failed: ${String(bug)}`)
      this.#watchersChanged()
    })
    this.sent = this.#direction('sent', extensions)
    this.received = this.#direction('received', extensions)
    if (extensions.kind === 'unknown') {
      const named = extensions.named.slice(0, 200)
      this.#flow.notes.push(`messages are shown as they were sent: what was agreed is not known (${named})`)
    }
  }

  /** Returns how to stop watching. */
  watch(listener: MessageListener): () => void {
    const stop = this.#watchers.add(listener)
    this.#watchersChanged()
    return () => {
      stop()
      this.#watchersChanged()
    }
  }

  /** Up to `length` of the recorded bytes from `offset`, as far as they have come; undefined: of such a body nothing is. */
  async read(side: BodySide, offset: number, length: number): Promise<Buffer | undefined> {
    return await this.#bodies[side]?.read(offset, length)
  }

  /** What of these bytes is missing; undefined: there are no such. */
  gaps(side: BodySide): readonly Gap[] | undefined {
    return this.#bodies[side]?.gaps
  }

  /** Hands the records to the flow. `whole`: both directions came to their ends. Never rejects. */
  async finish(whole: boolean): Promise<void> {
    const flow = this.#flow
    for (const direction of ['sent', 'received'] as const) {
      if (this[direction].unfinished) flow.notes.push(`the last message ${direction} was cut`)
    }
    const records = [this.sent.body, this.received.body, this.#index] as const
    await Promise.all(records.map((record) => record.settle()))
    // Together, so that what the disk may take is never counted without one of them.
    const [request, response, messages] = records.map((record) => record.handOver(whole))
    for (const which of ['sent', 'received', 'list'] as const) this.#tellGaps(which)
    flow.request.body = request ?? nothingRecorded
    if (flow.response) flow.response.body = response ?? nothingRecorded
    flow.messages = messages
  }

  get #bodies(): { [side in BodySide]?: BodyLog } {
    return { request: this.sent.body, response: this.received.body, messages: this.#index }
  }

  #direction(direction: MessageDirection, extensions: AgreedExtensions): DirectionRecord {
    const at = (): number => now() - this.#began
    const messages = new MessageAssembler(direction, extensions.kind, payloadLimit, at, this.#onMessage)
    return new DirectionRecord(
      this.#context.logs,
      () => this.#tellGaps(direction),
      messages,
      ({ reason, offset }) => {
        this.#flow.notes.push(`messages ${direction} are not shown from byte ${offset} on: ${reason}`)
      },
      (bug) => this.#context.notice(bugFailure(bug, 'tunnel').message),
    )
  }

  readonly #onMessage = (message: WebSocketMessage, payload: Buffer | undefined): void => {
    const counts = this.#counts
    const number = counts.sent + counts.received + counts.control
    if (message.opcode === 'text' || message.opcode === 'binary') counts[message.direction]++
    else counts.control++
    encodeMessage(message, this.#record, 0)
    this.#index.append(this.#record)
    if (!this.#watchers.none) this.#watchers.tell(message, payload, number)
  }

  /** One note for each record, kept current. */
  #tellGaps(which: MessageDirection | 'list'): void {
    const { notes } = this.#flow
    const at = this.#gapNotes.get(which) ?? notes.length
    const log = which === 'list' ? this.#index : this[which].body
    const said = which === 'list' ? listGaps(log.gaps, log.reasons) : byteGaps(which, log.gaps, log.reasons)
    if (said === undefined) return
    notes[at] = said
    this.#gapNotes.set(which, at)
  }

  #watchersChanged(): void {
    this.sent.watched = this.received.watched = !this.#watchers.none
  }
}
