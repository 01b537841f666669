import { frameType, type FramePort } from '../../frames/index.ts'
import { clock } from '../lockdown.ts'

const longestText = 4000
const mostPerSecond = 500

/** What modifiers give to `log`, on its way to the engine: bounded, and what is too much is counted. */
export class Logs {
  readonly #port: FramePort
  #second = 0
  #count = 0

  constructor(port: FramePort) {
    this.#port = port
  }

  add(flow: number, text: string): void {
    const second = Math.floor(clock.ms() / 1000)
    if (second !== this.#second) {
      const missed = this.#count - mostPerSecond
      this.#second = second
      this.#count = 0
      if (missed > 0) this.#tell(0, `(${missed} more were logged within a second, and are not shown)`)
    }
    if (this.#count++ < mostPerSecond) this.#tell(flow, text)
  }

  #tell(flow: number, text: string): void {
    this.#port.text(frameType.log, flow, text.length > longestText ? `${text.slice(0, longestText)}…` : text)
    this.#port.send()
  }
}
