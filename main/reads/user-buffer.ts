/**
 * Reads of a socket into memory of ours. node:net gives this (`onread`) to the sockets it connects; those it accepts,
 * and those wrapped in TLS later, get new memory with every read instead. The way there is the one that `onread` takes,
 * and it is private: found by name, once, and not gone where anything of it looks different. Then all stays as it was.
 */
import type { Socket } from 'node:net'

type Slots = { buffer: symbol; next: symbol; took: symbol }
type Handle = { useUserBuffer(buffer: Uint8Array): void }

/** null: this Node has none. */
let slots: Slots | null | undefined

/**
 * Instead of 'data' events, bytes are from now on where `next` said last, and `took` is told how many; false stops
 * reading. `next` is asked anew after each read. Returns whether it is so; else nothing has changed. A TLS socket may tell of a few reads more after it was paused, and reads within a read, which would mix
 * the two up, when it is made to write nothing ('') in the middle of one, which nobody does.
 */
export function readInto(socket: Socket, next: () => Buffer, took: (length: number) => boolean): boolean {
  const handle: unknown = Reflect.get(socket, '_handle')
  // What its own queue holds would come out behind what is read next.
  if (!isHandle(handle) || socket.destroyed || socket.readableLength > 0) return false
  slots ??= findSlots(socket)
  if (!slots) return false
  const buffer = next()
  Object.assign(socket, { [slots.buffer]: buffer, [slots.next]: next, [slots.took]: took })
  handle.useUserBuffer(buffer)
  return true
}

/** net.Socket sets them to null where it is not given `onread`. */
function findSlots(socket: Socket): Slots | null {
  const symbols = Object.getOwnPropertySymbols(socket)
  const unset = (name: string): symbol | undefined =>
    symbols.find((symbol) => symbol.description === name && Reflect.get(socket, symbol) === null)
  const [buffer, next, took] = [unset('kBuffer'), unset('kBufferGen'), unset('kBufferCb')]
  return buffer && next && took ? { buffer, next, took } : null
}

function isHandle(handle: unknown): handle is Handle {
  return typeof handle === 'object' && handle !== null && typeof Reflect.get(handle, 'useUserBuffer') === 'function'
}
