/**
 * A client that speaks SOCKS5 to the proxy's port. It is answered at once, as CONNECT is, and then is a tunnel like
 * any other: TLS is intercepted, HTTP is read, the rest passes untouched.
 */
import type { Socket } from 'node:net'
import { HeldBytes } from '../../http1/index.ts'
import type { ConnectionInfo } from '../../model/flow.ts'
import { lingerThenDestroy } from '../client/linger.ts'
import type { ProxyContext } from '../context.ts'
import { Failure, bugFailure } from '../failure.ts'
import { beginLimitMs, type Waiting } from '../client/slow-watch.ts'
import { noAuthentication, readGreeting, readRequest, succeeded } from './socks-messages.ts'

/** Takes the socket over; `early` came behind what was read. */
export type OnTunnel = (to: { host: string; port: number }, answer: Buffer, early: Buffer) => void

export class Socks implements Waiting {
  readonly #context: ProxyContext
  readonly #client: Socket
  readonly #info: ConnectionInfo
  readonly #onTunnel: OnTunnel
  /** Of a message that is not complete. */
  readonly #held = new HeldBytes()
  #greeted = false

  /** `early`: its first bytes. */
  constructor(context: ProxyContext, client: Socket, info: ConnectionInfo, early: Buffer, onTunnel: OnTunnel) {
    this.#context = context
    this.#client = client
    this.#info = info
    this.#onTunnel = onTunnel
    client.on('data', this.#onBytes).on('end', this.#onGone).on('error', this.#onGone).on('close', this.#onGone)
    context.slow.begin(this)
    this.#onBytes(early)
  }

  tooSlow(): void {
    this.#refuse(`it was not complete ${beginLimitMs / 1000} seconds after its first byte`, Buffer.alloc(0))
  }

  readonly #onBytes = (bytes: Buffer): void => {
    try {
      this.#held.add(bytes, 0, bytes.length)
      this.#read()
    } catch (bug) {
      this.#context.notice(bugFailure(bug, 'tunnel').message)
      this.#onGone()
    }
  }

  /** Nothing was asked for yet, so there is nothing to show. */
  readonly #onGone = (): void => {
    this.#detach()
    this.#client.on('error', () => undefined).destroy()
  }

  #read(): void {
    if (!this.#greeted) {
      const greeting = readGreeting(this.#held.view())
      if (greeting.state === 'partial') return
      if (greeting.state === 'refused') {
        this.#refuse(greeting.why, greeting.answer)
        return
      }
      this.#greeted = true
      this.#client.write(noAuthentication)
      this.#skip(greeting.end)
    }
    const request = readRequest(this.#held.view())
    if (request.state === 'partial') return
    if (request.state === 'refused') {
      this.#refuse(request.why, request.answer)
      return
    }
    this.#skip(request.end)
    this.#detach()
    this.#onTunnel(request.value, succeeded, this.#held.take())
  }

  #skip(count: number): void {
    const rest = this.#held.take().subarray(count)
    this.#held.add(rest, 0, rest.length)
  }

  /** The client is told in the protocol's words, and the user by a flow. */
  #refuse(why: string, answer: Buffer): void {
    const { life } = this.#context
    const client = this.#client
    this.#detach()
    const message = `The client's SOCKS request is refused: ${why}`
    const { flow } = life.begin({ client: this.#info, method: 'SOCKS5', url: '', httpVersion: '', head: '' })
    life.end(flow, new Failure('BAD_REQUEST', 'client', 'tunnel', message).flowError)
    // Unread bytes would turn the close into a reset, which would take the answer away.
    client.on('error', () => undefined).resume()
    client.end(answer)
    lingerThenDestroy(client)
  }

  #detach(): void {
    const client = this.#client
    this.#context.slow.end(this)
    client.off('data', this.#onBytes).off('end', this.#onGone).off('error', this.#onGone).off('close', this.#onGone)
  }
}
