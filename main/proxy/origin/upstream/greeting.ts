/** What is said to an upstream proxy, and heard from it, until it has opened the way. */
import type { Socket } from 'node:net'
import { explain } from '../../failure.ts'

/** `rest`: bytes behind its last answer, which are the origin's. */
export type Heard = { say: Buffer } | { rest: Buffer } | undefined

/** Sans-io: bytes in, bytes out, cut anywhere; bounded. */
export type Greeting = {
  readonly first: Buffer
  /** Undefined: more is needed. Throws UpstreamError. */
  take(bytes: Buffer): Heard
}

export type UpstreamErrorCode = 'UPSTREAM_FAILED' | 'UPSTREAM_REFUSED'

/** `message`: goes on after the proxy's name. */
export class UpstreamError extends Error {
  readonly code: UpstreamErrorCode
  /** For the client. */
  readonly status: number
  constructor(code: UpstreamErrorCode, message: string, status = 502) {
    super(message)
    this.name = 'UpstreamError'
    this.code = code
    this.status = status
  }
}

/** Afterwards the socket is as if it had just been connected. Rejects with UpstreamError; the socket is destroyed then. */
export function greet(socket: Socket, greeting: Greeting): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      socket.off('readable', onReadable).off('end', onEnd).off('close', onEnd).off('error', onError)
    }
    const fail = (error: unknown): void => {
      leave()
      socket.on('error', () => undefined).destroy()
      reject(error instanceof Error ? error : new Error(String(error)))
    }
    const onError = (error: Error): void => {
      fail(new UpstreamError('UPSTREAM_FAILED', `broke the connection before it had answered: ${explain(error)}`))
    }
    const onEnd = (): void => {
      fail(new UpstreamError('UPSTREAM_FAILED', 'closed the connection before it had answered'))
    }
    const onReadable = (): void => {
      try {
        for (let bytes = read(socket); bytes; bytes = read(socket)) {
          const heard = greeting.take(bytes)
          if (!heard) continue
          if ('say' in heard) {
            socket.write(heard.say)
            continue
          }
          leave()
          if (heard.rest.length > 0) socket.unshift(heard.rest)
          resolve()
          return
        }
      } catch (error) {
        fail(error)
      }
    }
    socket.on('readable', onReadable).on('end', onEnd).on('close', onEnd).on('error', onError)
    socket.write(greeting.first)
  })
}

/** Bytes, as nobody has set an encoding. */
const read = (socket: Socket): Buffer | null => socket.read() as Buffer | null
