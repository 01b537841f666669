/** What the two ends of a conversation share: where they have got to, what they send, and what must not happen. */
import { setImmediate } from 'node:timers/promises'
import { patterned } from '../main/testing/bytes.ts'
import type { Phase, Scenario } from './scenario.ts'
import type { Wire } from './wire.ts'

/**
 * What a client has got of a response: all of it, a sentence of the proxy's in its place, or something that it can tell
 * from a whole one.
 */
export type Outcome = 'whole' | 'told' | 'cut'

/** The field behind a body; who has it has seen the end. */
export const sumField = 'x-sum'
export const sumOf = (bytes: number): string => `${bytes} bytes`

export class Talk {
  readonly scenario: Scenario
  /** Between the client and the proxy, and between the proxy and the origin. */
  readonly wires: Readonly<Record<Scenario['side'], Wire>>
  /** PEM: the engine's CA. */
  readonly ca: string
  readonly requestBody: Buffer
  readonly responseBody: Buffer
  /** What must not happen and has; sentences. */
  readonly wrongs: string[] = []

  constructor(scenario: Scenario, wires: Talk['wires'], ca: string) {
    this.scenario = scenario
    this.wires = wires
    this.ca = ca
    this.requestBody = patterned(scenario.requestBytes)
    this.responseBody = patterned(scenario.responseBytes)
  }

  get broken(): Wire {
    return this.wires[this.scenario.side]
  }

  /** Comes behind everything that has been sent so far. */
  async enter(phase: Phase): Promise<void> {
    await this.#settled()
    const { fault, direction, after } = this.scenario
    if (phase === this.scenario.phase) this.broken.arm(fault, direction, after)
    await this.#settled()
  }

  /** `what` looks complete: it must be. */
  complete(what: string, got: Buffer, wanted: Buffer, sum: unknown): void {
    if (!got.equals(wanted)) this.wrongs.push(`${what} looks complete with ${got.length} bytes of ${wanted.length}`)
    else if (sum !== sumOf(wanted.length)) this.wrongs.push(`${what} looks complete and has lost its trailers`)
  }

  /** Nothing moves any more; as far as this process knows. */
  async #settled(): Promise<void> {
    const passed = (): number => this.wires.client.passed + this.wires.origin.passed
    for (let before = -1, still = 0; still < 3; still++) {
      if (before !== passed()) still = 0
      before = passed()
      await setImmediate()
    }
  }
}
