/**
 * The messages of WebSockets, as windows ask for them. Nothing is kept for nobody: what was found out about the flows that
 * were looked at last goes a minute after the last question.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Flow, FlowId } from '../../../main/model/flow.ts'
import type { Checked, Output } from '../../contract/contract.ts'
import { findMessages } from './finding.ts'
import { Inflating } from './inflating.ts'
import { messagesPage } from './message-pages.ts'
import { readPayload, type Payload } from './payloads.ts'
import { Places } from './places.ts'
import { recordedCount, socketFlow, type MessageEngine } from './recorded.ts'

/** Flows, and payloads, that something is kept of. */
const mostFlows = 4
const mostPayloads = 2
const keptMs = 60_000

/** Who waits for news is answered after so long in any case, and looks so often. */
const follow = { patienceMs: 1000, everyMs: 50 } as const

type Looked = { inflating: Inflating; places: Places }

export class Messages {
  readonly #engine: MessageEngine
  readonly #looked = new Map<FlowId, Looked>()
  readonly #payloads = new Map<string, Payload>()
  #idle: NodeJS.Timeout | undefined

  constructor(engine: MessageEngine) {
    this.#engine = engine
  }

  async page(input: Checked<'flows.messages'>, signal: AbortSignal): Promise<Output<'flows.messages'>> {
    const flow = socketFlow(this.#engine, input.id)
    return messagesPage({ messages: this.#engine, ...this.#look(flow) }, flow, input, signal)
  }

  async find(input: Checked<'flows.findMessages'>, signal: AbortSignal): Promise<Output<'flows.findMessages'>> {
    const flow = socketFlow(this.#engine, input.id)
    return findMessages(this.#engine, flow, this.#look(flow).inflating, input, signal)
  }

  /** The flow is live, so looking at its counts now and then is all that it takes: it costs the traffic nothing. */
  async count(
    { id, known }: Checked<'flows.messageCount'>,
    signal: AbortSignal,
  ): Promise<Output<'flows.messageCount'>> {
    const flow = socketFlow(this.#engine, id)
    const deadline = performance.now() + follow.patienceMs
    const passed = (): number => {
      const { sent = 0, received = 0, control = 0 } = flow.messageCounts ?? {}
      return sent + received + control
    }
    const before = passed()
    while (flow.state === 'open' && before <= known && passed() === before && performance.now() < deadline) {
      await pause(follow.everyMs, undefined, { signal })
    }
    const now = flow.state === 'open' ? flow : socketFlow(this.#engine, id)
    return { total: recordedCount(now), running: now.state === 'open' }
  }

  async message(
    { id, number, offset, length }: Checked<'flows.message'>,
    signal: AbortSignal,
  ): Promise<Output<'flows.message'>> {
    const key = `${id} ${number}`
    const flow = socketFlow(this.#engine, id)
    const payload =
      this.#payloads.get(key) ?? (await readPayload(this.#engine, flow, this.#look(flow).inflating, number, signal))
    keep(this.#payloads, key, payload, mostPayloads)
    const { bytes, problem } = payload
    return { bytes: bytes.read(offset, length), total: bytes.length, ...(problem !== undefined && { problem }) }
  }

  /** After flows were deleted. */
  forget(): void {
    this.#looked.clear()
    this.#payloads.clear()
    clearTimeout(this.#idle)
    this.#idle = undefined
  }

  #look(flow: Flow): Looked {
    const looked = this.#looked.get(flow.id) ?? { inflating: new Inflating(this.#engine, flow), places: new Places() }
    keep(this.#looked, flow.id, looked, mostFlows)
    if (this.#idle) this.#idle.refresh()
    else this.#idle = setTimeout(() => this.forget(), keptMs).unref()
    return looked
  }
}

/** The one asked for last is kept longest. */
function keep<K, V>(kept: Map<K, V>, key: K, value: V, most: number): void {
  kept.delete(key)
  kept.set(key, value)
  const [oldest] = kept.keys()
  if (kept.size > most && oldest !== undefined) kept.delete(oldest)
}
