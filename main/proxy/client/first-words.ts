import type { Socket } from 'node:net'
import { HeldBytes } from '../../http1/index.ts'
import type { FlowErrorCode, Phase } from '../../model/errors.ts'
import type { ConnectionInfo, Flow } from '../../model/flow.ts'
import type { ProxyContext } from '../context.ts'
import { Failure, bugFailure } from '../failure.ts'
import { lingerThenDestroy } from './linger.ts'
import { beginLimitMs, type Waiting } from './slow-watch.ts'

/** How a client that is refused is told, by its flow and in its own protocol. */
export type Refusal = { method: Flow['method']; code: FlowErrorCode; phase: Phase; message: string; answer: Buffer }

/**
 * A connection to the proxy's port that begins with another protocol than HTTP, until it has said where it wants to go,
 * which has to be within a minute. What comes is held as far as a subclass has use for it.
 */
export abstract class FirstWords implements Waiting {
  protected readonly context: ProxyContext
  protected readonly client: Socket
  /** Not yet read. */
  protected readonly held = new HeldBytes()
  protected readonly info: ConnectionInfo

  constructor(context: ProxyContext, client: Socket, info: ConnectionInfo) {
    this.context = context
    this.client = client
    this.info = info
  }

  /** What has to be complete; the beginning of a sentence. */
  protected abstract readonly begun: string
  /** Something has come; all there is, is held. */
  protected abstract read(): void
  /** `why`: a sentence that goes on. */
  protected abstract refusal(why: string): Refusal

  /** `early`: its first bytes. To be called once, by who has made it. */
  begin(early: Buffer): void {
    const { client } = this
    client.on('data', this.#onBytes).on('end', this.#onGone).on('error', this.#onGone).on('close', this.#onGone)
    this.context.slow.begin(this)
    this.#onBytes(early)
  }

  tooSlow(): void {
    this.refuse(this.refusal(`${this.begun} was not complete ${beginLimitMs / 1000} seconds after its first byte`))
  }

  readonly #onBytes = (bytes: Buffer): void => {
    try {
      this.held.add(bytes, 0, bytes.length)
      this.read()
    } catch (bug) {
      this.context.notice(bugFailure(bug, 'tunnel').message)
      this.#onGone()
    }
  }

  /** Nothing was asked for yet, so there is nothing to show. */
  readonly #onGone = (): void => {
    this.detach()
    this.client.on('error', () => undefined).destroy()
  }

  protected refuse({ method, code, phase, message, answer }: Refusal): void {
    const { life } = this.context
    const { client } = this
    this.detach()
    const { flow } = life.begin({ client: this.info, method, url: '', httpVersion: '', head: '' })
    life.end(flow, new Failure(code, 'client', phase, message).flowError)
    // Unread bytes would turn the close into a reset, which would take the answer away.
    client.on('error', () => undefined).resume()
    client.end(answer)
    lingerThenDestroy(client)
  }

  /** From here on the client is somebody else's. */
  protected detach(): void {
    const { client } = this
    this.context.slow.end(this)
    client.off('data', this.#onBytes).off('end', this.#onGone).off('error', this.#onGone).off('close', this.#onGone)
  }
}
