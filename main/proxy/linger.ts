import type { Socket } from 'node:net'

const lingerMs = 1000

/** Long enough for what is written to arrive, short enough not to gather closed connections. */
export function lingerThenDestroy(socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(), lingerMs).unref()
  socket.once('close', () => clearTimeout(timer))
}
