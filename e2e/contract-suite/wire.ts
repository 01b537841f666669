/** What the contract suite needs of a wire, and calls over it. A binding is one function that opens a Bound. */
import * as v from 'valibot'
import {
  contract,
  type CallName,
  type EventName,
  type EventValue,
  type Input,
  type Output,
} from '../../app/contract/contract.ts'
import { CallError, type Answer, type ToHost, type ToWindow } from '../../app/contract/wire.ts'

/** A host with its own data folder, reached by one kind of wire. */
export type Bound = AsyncDisposable & {
  /** A further window. */
  connect(): Promise<Wire>
  /** Windows that the host believes to be there. */
  windows(): number
}

export type Wire = {
  post(message: ToHost): void
  /** Called once, before anything is posted. */
  onMessage(listener: (message: ToWindow) => void): void
  close(): Promise<void>
}

const patienceMs = 30_000

/** One window: numbers calls, checks every event against its schema, and keeps what it was told. */
export class SuiteWindow implements AsyncDisposable {
  /** In order, each with the time at which it came. */
  readonly events: { at: number; event: EventName; value: unknown }[] = []
  readonly answers = new Map<number, Answer>()
  readonly #wire: Wire
  readonly #watching = new Set<() => void>()
  #lastId = 0

  constructor(wire: Wire) {
    this.#wire = wire
    wire.onMessage((message) => this.#take(message))
  }

  /** Any message; for what an honest window would not send. */
  post(message: unknown): void {
    this.#wire.post(message as ToHost)
  }

  /** Begins a call and gives its id. */
  begin(call: CallName, input: unknown): number {
    const id = ++this.#lastId
    this.post({ id, call, input })
    return id
  }

  async answer(id: number): Promise<Answer> {
    await this.until(() => this.answers.has(id), `the answer to call ${id}`)
    return this.answers.get(id)!
  }

  /** Rejects with CallError. */
  async call<N extends CallName>(name: N, input: Input<N>): Promise<Output<N>> {
    const answer = await this.answer(this.begin(name, input))
    if (!answer.ok) throw new CallError(answer.error)
    return answer.value as Output<N> // suite.ts holds every call's answer against its schema
  }

  told<E extends EventName>(event: E): EventValue<E>[] {
    return this.events.filter((told) => told.event === event).map(({ value }) => value as EventValue<E>)
  }

  /** Waits until `fits` holds after some message. */
  async until(fits: () => boolean, what: string): Promise<void> {
    const deadline = performance.now() + patienceMs
    while (!fits()) {
      const rest = deadline - performance.now()
      if (rest <= 0) throw new Error(`not within ${patienceMs} ms: ${what}`)
      await new Promise<void>((resolve) => {
        const look = (): void => {
          clearTimeout(timer)
          this.#watching.delete(look)
          resolve()
        }
        const timer = setTimeout(look, rest)
        this.#watching.add(look)
      })
    }
  }

  close(): Promise<void> {
    return this.#wire.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #take(message: ToWindow): void {
    if ('event' in message) {
      const { event, value } = message
      this.events.push({ at: performance.now(), event, value: v.parse(contract.events[event], value) })
    } else this.answers.set(message.id, message)
    for (const look of [...this.#watching]) look()
  }
}
