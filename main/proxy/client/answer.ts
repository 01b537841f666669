/** How a client learns that there is no answer, or no more of it. */
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { RequestHead } from '../../http1/index.ts'
import { isStreamSocket, setResetCode } from '../../http2/index.ts'
import { writeErrorPage } from './error-page.ts'
import type { Flow } from '../../model/flow.ts'
import { noDescriptorsLeft, type Failure } from '../failure.ts'
import { lingerThenDestroy } from './linger.ts'
import { challenge } from './proxy-auth.ts'

/**
 * Answers in the origin's place, which the flow tells, unless the user or our own end has killed the flow: then there
 * is no answer. Nor where an origin has reset its stream before it answered, and the client knows what that means, as it
 * speaks HTTP/2, too: its stream is reset with the same code. Returns whether the connection stays open.
 */
export function answerWithError(
  socket: Socket,
  flow: Flow,
  head: RequestHead,
  failure: Failure,
  keep: boolean,
): boolean {
  const { code, phase } = failure.flowError
  const passed = failure.resetCode !== undefined && phase === 'response-head' && isStreamSocket(socket)
  if (passed) setResetCode(socket, failure.resetCode)
  if (passed || code === 'KILLED' || code === 'SHUTDOWN') {
    socket.destroy()
    return false
  }
  // Its connection is one of those that there are too many of.
  const stays = keep && failure.status !== 503
  const page = writeErrorPage({
    status: failure.status,
    message: failure.message,
    accept: head.fields.get('accept'),
    headOnly: head.method === 'HEAD',
    close: !stays,
    ...(failure.status === 407 && { fields: [challenge] }),
  })
  socket.write(page)
  flow.answered = failure.status
  return stays
}

/** A client that there is no room for is told so, before it has asked. */
export function refuseForRoom(socket: Socket): void {
  const { status, message } = noDescriptorsLeft()
  // Unread bytes would turn the close into a reset, and the reset would take the answer away.
  socket.on('error', () => undefined).resume()
  socket.end(writeErrorPage({ status, message, accept: undefined, headOnly: false, close: true }))
  lingerThenDestroy(socket)
}

type Cut = {
  /** The body ends with its connection, so that only a reset, or under TLS a missing close_notify, tells a cut from its end. */
  endsWithConnection: boolean
  /** What is written need not arrive. */
  now: boolean
  /** What a stream of HTTP/2 is told. */
  resetCode: number | undefined
}

/**
 * Ends a response in the middle, so that it never looks complete: what was written still arrives, then the connection
 * closes short of the announced length or of the last chunk.
 */
export function cutClient(socket: Socket, { endsWithConnection, now, resetCode }: Cut): void {
  setResetCode(socket, resetCode)
  if (now) {
    resetNow(socket)
  } else if (endsWithConnection) {
    resetAfterWriting(socket)
  } else {
    socket.end()
    lingerThenDestroy(socket)
  }
}

/**
 * Whoever reads it sees that it was cut, once it has got what was written, however long it takes. Not to be ended
 * meanwhile: an end would be sent first.
 */
export function resetAfterWriting(socket: Socket): void {
  if (socket.writableLength === 0) resetNow(socket)
  else socket.write('', () => resetNow(socket))
}

/**
 * As `resetAfterWriting`, without waiting. TLS needs no reset: a missing close_notify says the same. An end that is on its
 * way at this moment goes first: libuv would refuse the reset, and Node would keep the connection for ever.
 */
export function resetNow(socket: Socket): void {
  if (socket instanceof TLSSocket) socket.destroy()
  else if (endIsOnItsWay(socket)) socket.once('finish', () => socket.resetAndDestroy())
  else socket.resetAndDestroy()
}

/** A stream of HTTP/2, which is no socket, has no such moment. */
function endIsOnItsWay(socket: Socket): boolean {
  const { writableEnded, writableFinished, writableLength } = socket
  return writableEnded && !writableFinished && writableLength === 0 && !isStreamSocket(socket)
}
