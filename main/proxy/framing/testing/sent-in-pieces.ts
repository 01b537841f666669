import type { Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'

/** Writes it cut at these offsets, each piece in a turn of its own, so that it is a read of its own. latin1. */
export async function sendInPieces(socket: Socket, wire: string, cuts: readonly number[]): Promise<void> {
  const starts = [0, ...cuts]
  for (const [index, start] of starts.entries()) {
    if (index > 0) await setImmediate()
    if (socket.destroyed || !socket.writable) return
    socket.write(wire.slice(start, starts[index + 1] ?? wire.length), 'latin1')
  }
}

/** Not at all, in two at some offsets all over it, and byte by byte. */
export function cutsOf(wire: string): number[][] {
  const inTwo = Array.from({ length: 3 }, (_, index) => [Math.max(1, Math.floor((wire.length * (index + 1)) / 4))])
  return [[], ...inTwo, Array.from({ length: wire.length - 1 }, (_, index) => index + 1)]
}
