import type { ProxyContext } from '../context.ts'
import { Failure, bugFailure } from '../failure.ts'
import type { OriginConnection } from './origin-connection.ts'
import type { Destination } from './destination.ts'
import { openOrigin, type Opened, type Opening } from './origins.ts'

/** The connection that one exchange has to its origin: out of the pool, or opened for it. */
export class OriginLease {
  connection: OriginConnection | undefined
  readonly #context: ProxyContext
  readonly #destination: Destination
  #opening: Opening | undefined

  constructor(context: ProxyContext, destination: Destination) {
    this.#context = context
    this.#destination = destination
  }

  /** An idle connection, if there is one that may be risked. */
  take(repeatable: boolean): OriginConnection | undefined {
    return (this.connection = this.#context.pool.take(this.#destination.key, repeatable))
  }

  /** A new connection; `prepared` is one on its way already. Either is called, later, unless it is released before. */
  open(prepared: Opening | undefined, ready: (opened: Opened) => void, failed: (failure: Failure) => void): void {
    const opening = prepared ?? openOrigin(this.#context, this.#destination)
    this.#opening = opening
    const answered = opening.result.then(
      (opened) => {
        if (this.#opening !== opening) {
          opened.connection.destroy()
          return
        }
        this.#opening = undefined
        this.connection = opened.connection
        ready(opened)
      },
      (error: unknown) => {
        if (this.#opening !== opening) return
        this.#opening = undefined
        failed(error instanceof Failure ? error : bugFailure(error, 'connect'))
      },
    )
    answered.catch((bug: unknown) => failed(bugFailure(bug, 'connect')))
  }

  /** The exchange needs it no more and has left it in order: for the next one. */
  giveBack(): void {
    const { connection } = this
    this.connection = undefined
    if (connection) this.#context.pool.put(this.#destination.key, connection)
  }

  /** It is not to be used again, whatever state it is in. */
  release(): void {
    this.#opening?.cancel()
    this.#opening = undefined
    this.connection?.destroy()
    this.connection = undefined
  }
}
