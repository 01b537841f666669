import type { Socket } from 'node:net'

type Told = (error?: Error | null) => void

/**
 * From here on a write that fails is told, and does not end the socket: an origin that has had enough of an upload
 * answers and closes, and its answer is still to be read when our next write fails. Streams would destroy the socket,
 * and the answer with it. Nothing is written after a failure; whoever is told sees to it that the socket ends.
 *
 * Costs a closure for each write, so it is for requests with a body alone. Returns how to go back.
 */
export function outliveWrites(socket: Socket, failed: (error: Error) => void): () => void {
  const write = socket._write.bind(socket)
  const writev = socket._writev?.bind(socket)
  const outlived =
    (callback: Told): Told =>
    (error) => {
      // Without its callback the stream takes the write to be under way for ever, and keeps what comes behind it.
      if (error) failed(error)
      else callback()
    }
  socket._write = (bytes, encoding, callback) => write(bytes, encoding, outlived(callback))
  if (writev) socket._writev = (parts, callback) => writev(parts, outlived(callback))
  return () => {
    Reflect.deleteProperty(socket, '_write')
    Reflect.deleteProperty(socket, '_writev')
  }
}
