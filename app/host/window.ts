/**
 * One window over any wire. What comes in may be anything: it is checked here, once for all wires, and answered in the
 * contract's words. What goes out is told by `send`; it must not be changed, as all windows are given the same object.
 */
import * as v from 'valibot'
import { EngineError } from '../../main/model/errors.ts'
import { calls, type CallName, type Handlers } from '../contract/contract.ts'
import { CallError, type CallFault, type Told, type ToWindow } from '../contract/wire.ts'

export type Wire = {
  /** May throw, e.g. when the wire has broken: nothing is sent afterwards. */
  send(message: ToWindow): void
  /** Bytes sent and not taken yet; absent: the wire does not know. */
  backlog?(): number
}

export type Window = {
  /** What came over the wire, parsed. Never throws. */
  receive(message: unknown): void
  /** The wire has gone: whatever is under way is cancelled. */
  close(): void
}

/** Calls under way at a time. */
const mostCalls = 64
/** A window that has so much to read is not told more. */
export const mostBacklog = 4 * 1024 * 1024
/** Nor answered, when it has asked for all this and does not read it. */
const mostUnread = 32 * 1024 * 1024

const id = v.pipe(v.number(), v.safeInteger())
const callMessage = v.object({ id, call: v.string(), input: v.optional(v.unknown()) })
const cancelMessage = v.object({ cancel: id })

export class ServedWindow implements Window {
  readonly #wire: Wire
  readonly #handlers: Handlers
  readonly #onBug: (bug: unknown, where: string) => void
  readonly #underWay = new Map<number, AbortController>()
  readonly #gone = new AbortController()
  #closed = false

  constructor(wire: Wire, handlers: Handlers, onBug: (bug: unknown, where: string) => void) {
    this.#wire = wire
    this.#handlers = handlers
    this.#onBug = onBug
  }

  /** Whether it takes what it is told. */
  ready(): boolean {
    return this.#backlog() <= mostBacklog
  }

  tell(told: Told): void {
    this.#send(told)
  }

  receive(message: unknown): void {
    if (this.#closed) return
    const cancel = v.safeParse(cancelMessage, message)
    if (cancel.success) {
      this.#underWay.get(cancel.output.cancel)?.abort()
      return
    }
    const call = v.safeParse(callMessage, message)
    // Without a number there is nothing to answer to.
    if (!call.success) return
    const { id, call: name, input } = call.output
    const refusal = this.#refusal(id)
    if (refusal !== undefined) {
      this.#send({ id, ok: false, error: { code: 'FAILED', message: refusal } })
      return
    }
    const abort = new AbortController()
    this.#underWay.set(id, abort)
    void this.#answer(id, name, input, abort.signal).finally(() => this.#underWay.delete(id))
  }

  close(): void {
    this.#closed = true
    for (const abort of this.#underWay.values()) abort.abort()
    this.#gone.abort()
  }

  #refusal(id: number): string | undefined {
    if (this.#underWay.has(id)) return `The call ${id} is under way already.`
    if (this.#underWay.size >= mostCalls) return `The window asks too much at once: ${mostCalls} calls are under way.`
    if (this.#backlog() > mostUnread) return 'The window does not read its answers.'
    return undefined
  }

  #backlog(): number {
    return this.#wire.backlog?.() ?? 0
  }

  /** Never rejects. */
  async #answer(id: number, name: string, input: unknown, signal: AbortSignal): Promise<void> {
    // Who cancels is answered at once; the place is free when the work has ended.
    signal.addEventListener('abort', () => this.#send({ id, ok: false, error: cancelled }))
    try {
      const value = await this.#call(name, input, signal)
      if (!signal.aborted) this.#send({ id, ok: true, value })
    } catch (error) {
      const fault = this.#faultOf(error, name, signal)
      if (!signal.aborted) this.#send({ id, ok: false, error: fault })
    }
  }

  async #call(name: string, input: unknown, signal: AbortSignal): Promise<unknown> {
    if (!isCall(name)) throw bad(`There is no call "${name.slice(0, 100)}".`)
    const checked = v.safeParse(calls[name].input, input, { abortEarly: true })
    if (!checked.success) throw bad(`${name}: ${describe(checked.issues[0])}`)
    // What the schema of a call lets through is what its handler takes; TypeScript cannot follow the name.
    const handle = this.#handlers[name] as (input: unknown, signal: AbortSignal, window: AbortSignal) => unknown
    return await handle(checked.output, signal, this.#gone.signal)
  }

  #faultOf(error: unknown, name: string, signal: AbortSignal): CallFault {
    if (error instanceof CallError) return error.fault
    if (error instanceof EngineError) return { code: 'FAILED', message: error.message }
    if (!signal.aborted) this.#onBug(error, name)
    const what = error instanceof Error ? error.message : String(error)
    return { code: 'FAILED', message: `A bug in Spillway: ${what}` }
  }

  #send(message: ToWindow): void {
    if (this.#closed) return
    try {
      this.#wire.send(message)
    } catch {
      // Its wire is broken: there is nobody who could be told.
      this.close()
    }
  }
}

const cancelled: CallFault = { code: 'CANCELLED', message: 'The call was cancelled.' }

const bad = (message: string): CallError => new CallError({ code: 'BAD_CALL', message })

const isCall = (name: string): name is CallName => Object.hasOwn(calls, name)

function describe(issue: v.BaseIssue<unknown>): string {
  const place = issue.path?.map(({ key }) => String(key)).join('.')
  return `${place ? `${place}: ` : ''}${issue.message}`
}
