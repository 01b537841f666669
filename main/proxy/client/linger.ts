import type { Socket } from 'node:net'

const lingerMs = 1000

/**
 * For a socket whose end has been asked for. What is written takes as long as its reader takes; behind it there is
 * time for it to arrive, and not enough to gather closed connections.
 */
export function lingerThenDestroy(socket: Socket): void {
  let timer: NodeJS.Timeout | undefined
  const linger = (): void => {
    timer ??= setTimeout(() => socket.destroy(), lingerMs).unref()
  }
  if (socket.writableFinished) linger()
  else socket.once('finish', linger)
  socket.once('close', () => clearTimeout(timer))
}
