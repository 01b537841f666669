/** Two sockets as one: bytes pass untouched in both directions, with backpressure, half-closes and resets included. */
import type { Socket } from 'node:net'
import { setResetCode, StreamReset } from '../../http2/index.ts'
import type { FlowError } from '../../model/errors.ts'
import type { Message } from '../../model/flow.ts'
import { explain } from '../failure.ts'
import { resetAfterWriting, resetNow } from '../client/answer.ts'
import { probeReset, type Paused, type StallWatch } from '../client/stall-watch.ts'
import type { Reads } from '../reads/reads.ts'

export type TunnelEnd = {
  socket: Socket
  /** Bytes that came before the tunnel was there; they go first. */
  early: Buffer | undefined
  reads?: Reads | undefined
}

/** Sees what passes in one direction. */
export type Tap = {
  /** The bytes of one read, after they were passed on; lent. Must not throw. */
  take(bytes: Buffer): void
}

export type TunnelTaps = { readonly sent: Tap; readonly received: Tap }

export type TunnelOptions = {
  stalls: StallWatch
  client: TunnelEnd
  origin: TunnelEnd
  /** Counted into: bytes and reads of each direction. */
  sent: Message
  received: Message
  taps?: TunnelTaps | undefined
  /** Once, when both directions have ended, or with an error when that side has broken. */
  onEnd: (side: 'client' | 'origin', error: Error | undefined) => void
}

/** Returns how to end it from outside, at once. */
export function openTunnel({ stalls, client, origin, sent, received, taps, onEnd }: TunnelOptions): () => void {
  let over = false
  let finished = 0
  /** One side has broken, which the other must not take for an end. */
  const broken = (side: 'client' | 'origin', error: Error): void => {
    if (over) return
    over = true
    const [dead, other] = side === 'client' ? [client.socket, origin.socket] : [origin.socket, client.socket]
    dead.destroy()
    setResetCode(other, error instanceof StreamReset ? error.resetCode : undefined)
    resetAfterWriting(other)
    onEnd(side, error)
  }
  // Behind its bytes a client may have reset. An origin that has done so is noticed when the client has read them: they
  // are owed to it. Nor is an end looked for: it passes, behind the bytes.
  const stalled: Paused = { look: () => probeReset(client.socket) }
  client.socket.once('close', () => stalls.delete(stalled))
  const join = (from: TunnelEnd, to: TunnelEnd, side: 'client' | 'origin', count: Message, tap?: Tap): void => {
    const pass = (bytes: Buffer): void => {
      if (over) return
      count.bytes += bytes.length
      count.chunks++
      if (!to.socket.write(bytes)) {
        from.socket.pause()
        if (from === client) stalls.add(stalled)
      }
      count.delivered += bytes.length
      count.deliveredChunks++
      tap?.take(bytes)
    }
    const end = (): void => {
      // Both directions have to arrive: the one that ends last may be the one that is through first.
      to.socket.end(() => {
        if (over || ++finished < 2) return
        over = true
        client.socket.destroy()
        origin.socket.destroy()
        onEnd(side, undefined)
      })
    }
    to.socket.on('drain', () => {
      if (from === client) stalls.delete(stalled)
      from.socket.resume()
    })
    from.socket.on('error', (error: Error) => broken(side, error))
    from.socket.on('close', () => {
      if (!from.socket.readableEnded || !from.socket.writableFinished)
        broken(side, new Error('it closed the connection'))
    })
    // Bytes from before may be lent; what waits must be its own.
    if (from.early && from.early.length > 0) pass(Buffer.from(from.early))
    // What happened before the tunnel was there is not told again.
    if (from.socket.readableEnded) end()
    else from.socket.on('end', end)
    if (from.reads) {
      from.reads.onBytes = pass
      from.reads.stillHeld = () => to.socket.writableLength > 0
    } else {
      from.socket.on('data', pass)
    }
    from.socket.resume()
  }
  join(client, origin, 'client', sent, taps?.sent)
  join(origin, client, 'origin', received, taps?.received)
  for (const [side, socket] of [['client', client.socket] as const, ['origin', origin.socket] as const]) {
    if (socket.destroyed) broken(side, new Error('it closed the connection'))
  }
  return () => {
    over = true
    resetNow(client.socket)
    resetNow(origin.socket)
  }
}

/** What a tunnel that one side has broken says on its flow. */
export function tunnelError(side: 'client' | 'origin', cause: Error): FlowError {
  const code = side === 'client' ? 'CLIENT_CLOSED' : 'ORIGIN_CLOSED'
  return { code, side, phase: 'tunnel', message: `The ${side} broke the connection: ${explain(cause)}` }
}
