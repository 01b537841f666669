import type { Socket } from 'node:net'
import { isShort } from '../descriptors.ts'
import { refuseForRoom } from './answer.ts'
import { isLanAddress, plainAddress } from './own-address.ts'

/** The address of a client that is served; undefined: it is not, and its socket has been seen to. */
export function admit(socket: Socket, notice: (sentence: string) => void): string | undefined {
  const remote = plainAddress(socket.remoteAddress ?? '')
  // Gone before it was accepted.
  if (remote === '') {
    socket.on('error', () => undefined).destroy()
    return undefined
  }
  if (!isLanAddress(remote)) {
    notice(`A client from the public address ${remote} was refused.`)
    socket.on('error', () => undefined).destroy()
    return undefined
  }
  if (isShort(socket, 'client')) {
    refuseForRoom(socket)
    return undefined
  }
  return remote
}
