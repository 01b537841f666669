/** Two sockets as one: bytes pass untouched in both directions, with backpressure, half-closes included. */
import type { Socket } from 'node:net'
import type { Message } from '../model/flow.ts'
import type { LentReads } from './lent-reads.ts'

export type TunnelEnd = {
  socket: Socket
  /** Bytes that came before the tunnel was there; they go first. */
  early: Buffer | undefined
  reads?: LentReads | undefined
}

export type TunnelOptions = {
  client: TunnelEnd
  origin: TunnelEnd
  /** Counted into: bytes and reads of each direction. */
  sent: Message
  received: Message
  /** Once, when both directions have ended or one side has broken. */
  onEnd: (side: 'client' | 'origin', error: Error | undefined) => void
}

/** Returns how to end it from outside, at once. */
export function openTunnel({ client, origin, sent, received, onEnd }: TunnelOptions): () => void {
  let over = false
  let error: Error | undefined
  let closed = 0
  const finish = (side: 'client' | 'origin'): void => {
    if (over) return
    over = true
    client.socket.destroy()
    origin.socket.destroy()
    onEnd(side, error)
  }
  const join = (from: TunnelEnd, to: TunnelEnd, side: 'client' | 'origin', count: Message): void => {
    const pass = (bytes: Buffer): boolean => {
      count.bytes += bytes.length
      count.chunks++
      if (!to.socket.write(bytes)) from.socket.pause()
      count.delivered += bytes.length
      count.deliveredChunks++
      return to.socket.writableLength > 0
    }
    to.socket.on('drain', () => from.socket.resume())
    from.socket.on('error', (cause: Error) => {
      error ??= cause
      finish(side)
    })
    const ended = (): void => {
      to.socket.end()
      if (++closed === 2) to.socket.once('finish', () => finish(side))
    }
    // What happened before the tunnel was there is not told again.
    if (from.socket.readableEnded) ended()
    else from.socket.on('end', ended)
    from.socket.on('close', () => {
      // Closed without an end: broken; closed after both ends: done.
      if (!from.socket.readableEnded || closed === 2) finish(side)
    })
    // Bytes from before may be lent; what waits must be its own.
    if (from.early && from.early.length > 0) pass(Buffer.from(from.early))
    if (from.reads) from.reads.onBytes = pass
    else from.socket.on('data', pass)
    from.socket.resume()
  }
  join(client, origin, 'client', sent)
  join(origin, client, 'origin', received)
  if (client.socket.destroyed || origin.socket.destroyed) finish(client.socket.destroyed ? 'client' : 'origin')
  return () => {
    over = true
    client.socket.destroy()
    origin.socket.destroy()
  }
}
