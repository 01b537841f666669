import { BodyLog, type LogRoom } from '../../flows/index.ts'
import type { MessageAssembler } from '../../websocket/index.ts'
import type { Tap } from '../tunnel/tunnel.ts'

/** What passes in one direction of a WebSocket: recorded as it is, and looked into for messages. */
export class DirectionRecord implements Tap {
  readonly body: BodyLog
  readonly #messages: MessageAssembler
  readonly #onFailure: (failure: { reason: string; offset: number }) => void
  readonly #onBug: (bug: unknown) => void
  #over = false

  /**
   * `onGap`: not all is recorded, or less than before. `onFailure`: there are no more messages, as bytes came that are
   * none. `onBug`: nor is anything recorded. The last two once each.
   */
  constructor(
    room: LogRoom,
    onGap: () => void,
    messages: MessageAssembler,
    onFailure: (failure: { reason: string; offset: number }) => void,
    onBug: (bug: unknown) => void,
  ) {
    this.body = new BodyLog(room, onGap)
    this.#messages = messages
    this.#onFailure = onFailure
    this.#onBug = onBug
  }

  /** Somebody watches, so that payloads are wanted. */
  set watched(watched: boolean) {
    this.#messages.wanted = watched
  }

  /** It has ended within a message. */
  get unfinished(): boolean {
    return this.#messages.failure === undefined && this.#messages.unfinished
  }

  /** The bytes of one read, after they have been passed on; lent. Never throws. */
  take(bytes: Buffer): void {
    try {
      this.body.append(bytes)
      if (this.#over) return
      this.#messages.feed(bytes)
      const { failure } = this.#messages
      if (failure === undefined) return
      this.#over = true
      this.#onFailure(failure)
    } catch (bug) {
      this.#over = true
      this.#onBug(bug)
    }
  }
}
