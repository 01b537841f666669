import { setTimeout as pause } from 'node:timers/promises'
import type { FlowEvent } from '../main/index.ts'
import type { TestEngine } from '../main/testing/engine.ts'
import type { FlowError } from '../main/model/errors.ts'

type Seen = { id: number; method: string; ends: number; error: FlowError | undefined }

/** The flows of an engine by the ports of their origins, of which each scenario has its own. */
export class Flows {
  readonly #byPort = new Map<number, Map<number, Seen>>()

  constructor({ engine }: TestEngine) {
    engine.onFlow((event) => this.take(event))
  }

  take({ kind, flow }: FlowEvent): void {
    const [, port = 0] = /:(\d+)(?:\/|$)/.exec(flow.url.replace(/^https?:/, '')) ?? []
    const flows = this.#byPort.get(Number(port)) ?? new Map<number, Seen>()
    this.#byPort.set(Number(port), flows)
    const seen = flows.get(flow.id) ?? { id: flow.id, method: flow.method, ends: 0, error: undefined }
    flows.set(flow.id, seen)
    if (kind !== 'ended') return
    seen.ends++
    seen.error = flow.error
  }

  of(port: number): Seen[] {
    return [...(this.#byPort.get(port)?.values() ?? [])]
  }

  isRunning(port: number): boolean {
    return this.of(port).some(({ ends }) => ends === 0)
  }

  /** Resolves when none is running. */
  async over(port: number): Promise<void> {
    while (this.isRunning(port)) await pause(5)
  }
}
