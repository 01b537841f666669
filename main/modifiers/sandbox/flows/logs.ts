import { frameType, type FramePort } from '../../frames/index.ts'
import { clock } from '../lockdown.ts'

const longestText = 4000
const mostPerSecond = 500

/** A line that the socket cannot take: it leaves by another way. */
export type TellOtherwise = (flow: number, text: string) => void

/**
 * What modifiers give to `log`, on its way to the engine: bounded, and what is too much is counted. A line leaves the
 * thread before `log` returns, since the code behind it may never end, and just then it is needed. With the bound, a
 * write for each of them costs little.
 */
export class Logs {
  readonly #port: FramePort
  readonly #tellOtherwise: TellOtherwise
  #second = 0
  #count = 0

  constructor(port: FramePort, tellOtherwise: TellOtherwise) {
    this.#port = port
    this.#tellOtherwise = tellOtherwise
  }

  add(flow: number, text: string): void {
    this.tellMissed()
    if (this.#count++ < mostPerSecond) this.#tell(flow, text)
  }

  /** To be called now and then, as no line may follow those that were too many. */
  tellMissed(): void {
    const second = Math.floor(clock.ms() / 1000)
    if (second === this.#second) return
    const missed = this.#count - mostPerSecond
    this.#second = second
    this.#count = 0
    if (missed > 0) this.#tell(0, `(${missed} more were logged within a second, and are not shown)`)
  }

  #tell(flow: number, text: string): void {
    const line = text.length > longestText ? `${text.slice(0, longestText)}…` : text
    // What happened before it stands before it.
    this.#port.flush()
    if (this.#port.isBehind) {
      this.#tellOtherwise(flow, line)
      return
    }
    this.#port.text(frameType.log, flow, line)
    this.#port.flush()
  }
}
