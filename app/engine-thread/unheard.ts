/** What a window has been sent and has not got yet: the host tells it less while it is behind. */
import type { ToWindow } from '../contract/wire.ts'

/** Of a row, and of a message without rows or bytes; roughly. */
const rowBytes = 400
const messageBytes = 200

export class Unheard {
  readonly #sizes: number[] = []
  #bytes = 0

  get bytes(): number {
    return this.#bytes
  }

  sent(message: ToWindow): void {
    const size = sizeOf(message)
    this.#sizes.push(size)
    this.#bytes += size
  }

  /** One more, in order. */
  heard(): void {
    this.#bytes -= this.#sizes.shift() ?? 0
  }
}

function sizeOf(message: ToWindow): number {
  const { value } = message as { value?: { bytes?: Uint8Array; rows?: unknown[]; steps?: Step[] } }
  const rows = (value?.rows?.length ?? 0) * rowBytes
  const steps = value?.steps?.reduce((sum, { chunk }) => sum + messageBytes + (chunk?.bytes.length ?? 0), 0) ?? 0
  return messageBytes + (value?.bytes?.length ?? 0) + rows + steps
}

/** Of a dry run. */
type Step = { chunk?: { bytes: Uint8Array } }
