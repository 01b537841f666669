/** The capture as windows see it: one state, whoever clicks. The engine puts calls in order; here is what they look like. */
import type { Engine } from '../../main/index.ts'
import { EngineError } from '../../main/model/errors.ts'
import type { CaptureState } from '../contract/contract.ts'

/** Running flows may finish for so long when the capture is stopped. */
const graceMs = 2000

/** What another port would mend. */
const ofAddress = new Set<string>(['PORT_TAKEN', 'LISTEN_FAILED'])

export class CaptureControl {
  readonly #engine: Pick<Engine, 'start' | 'stop'>
  readonly #onChange: (state: CaptureState) => void
  readonly #onBug: (bug: unknown) => void
  #state: CaptureState = { status: 'stopped' }
  /** Only the last click says what the state is. */
  #clicks = 0
  /** What the last click leads to; never rejects. */
  #turn: Promise<void> = Promise.resolve()

  constructor(
    engine: Pick<Engine, 'start' | 'stop'>,
    onChange: (state: CaptureState) => void,
    onBug: (bug: unknown) => void,
  ) {
    this.#engine = engine
    this.#onChange = onChange
    this.#onBug = onBug
  }

  get state(): CaptureState {
    return this.#state
  }

  /** Resolves with the state it led to: why it did not start is in it. While it captures or starts, it changes nothing. */
  async start(): Promise<CaptureState> {
    if (this.#state.status === 'capturing') return this.#state
    if (this.#state.status !== 'starting') {
      const click = this.#click({ status: 'starting' })
      this.#turn = this.#begin(click)
    }
    await this.#turn
    return this.#state
  }

  /** Running flows have `grace` milliseconds to finish. */
  async stop(grace = graceMs): Promise<CaptureState> {
    if (this.#state.status === 'stopped') return this.#state
    if (this.#state.status !== 'stopping') {
      const { address } = this.#state
      const click = this.#click({ status: 'stopping', ...(address && { address }) })
      this.#turn = this.#engine.stop(grace).then(() => this.#become({ status: 'stopped' }, click))
    }
    await this.#turn
    return this.#state
  }

  async #begin(click: number): Promise<void> {
    try {
      const { host, port, reverse } = await this.#engine.start()
      const more = reverse.length > 0 && { reverse: [...reverse] }
      this.#become({ status: 'capturing', address: { host, port }, ...more }, click)
    } catch (error) {
      if (!(error instanceof EngineError) && click === this.#clicks) this.#onBug(error)
      const badAddress = error instanceof EngineError && ofAddress.has(error.code)
      this.#become({ status: 'stopped', problem: sentenceOf(error), ...(badAddress && { badAddress }) }, click)
    }
  }

  #click(state: CaptureState): number {
    this.#clicks++
    this.#become(state, this.#clicks)
    return this.#clicks
  }

  #become(state: CaptureState, click: number): void {
    if (click !== this.#clicks) return
    this.#state = state
    this.#onChange(state)
  }
}

function sentenceOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  if (!(error instanceof EngineError)) return `A bug in Spillway kept the capture from starting: ${message}`
  return message.endsWith('.') ? message : `${message}.`
}
