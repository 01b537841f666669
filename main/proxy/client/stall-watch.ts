import type { Socket } from 'node:net'

/** The first look may come right behind the pause, so what lasts is known after two of them: within 100 ms. */
const lookMs = 50

/** Whoever does not read a client at present. */
export type Paused = {
  /** From time to time until it is read again. */
  look(): void
}

/**
 * The end of a client that is not read is told by nobody: the operating system has it behind the bytes that are not
 * read. So those who pause are asked to look for it. One timer for all, and none while nobody is paused; a pause costs
 * an entry in a set.
 */
export class StallWatch {
  readonly #paused = new Set<Paused>()
  readonly #everyMs: number
  #timer: NodeJS.Timeout | undefined

  constructor(everyMs = lookMs) {
    this.#everyMs = everyMs
  }

  add(paused: Paused): void {
    this.#paused.add(paused)
    this.#timer ??= setInterval(this.#look, this.#everyMs).unref()
  }

  delete(paused: Paused): void {
    this.#paused.delete(paused)
  }

  readonly #look = (): void => {
    for (const paused of this.#paused) paused.look()
    // Not when the last one leaves: those who are paused for the wink of an eye would make a timer each.
    if (this.#paused.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}

/** What carries a TLSSocket, which does not hand on a write of nothing. */
const carriers = new WeakMap<Socket, Socket>()

/** Says of a TLSSocket what carries it: asked for a reset, it is the carrier that is probed. */
export function carriedBy(secure: Socket, carrier: Socket): void {
  carriers.set(secure, carrier)
}

/**
 * Writes nothing. It sends nothing, but the operating system refuses it on a connection that was reset, and the socket
 * tells that as any other error. What is waiting to be written says the same by itself: behind it this would wait, too, and
 * its end would be told to TLS or HTTP/2, which write past the socket's queue, as the end of a write of theirs. Node ends
 * the whole process then.
 */
export function probeReset(socket: Socket): void {
  const carrier = carriers.get(socket) ?? socket
  if (socket.writable && socket.writableLength === 0 && systemQueue(carrier) === 0) carrier.write('')
}

/** Bytes that wait for the operating system, whoever wrote them. Node's private way: undefined where it is not there. */
function systemQueue(socket: Socket): number | undefined {
  const handle: unknown = Reflect.get(socket, '_handle')
  if (typeof handle !== 'object' || handle === null) return undefined
  const size: unknown = Reflect.get(handle, 'writeQueueSize')
  return typeof size === 'number' ? size : undefined
}
