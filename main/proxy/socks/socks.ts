/**
 * A client that speaks SOCKS5 to the proxy's port. It is answered at once, as CONNECT is, and then is a tunnel like
 * any other: TLS is intercepted, HTTP is read, the rest passes untouched.
 */
import type { Socket } from 'node:net'
import type { ConnectionInfo } from '../../model/flow.ts'
import { FirstWords, type Refusal } from '../client/first-words.ts'
import type { ProxyContext } from '../context.ts'
import { noAuthentication, readGreeting, readRequest, succeeded } from './socks-messages.ts'

/** Takes the socket over; `early` came behind what was read. */
export type OnTunnel = (to: { host: string; port: number }, answer: Buffer, early: Buffer) => void

export class Socks extends FirstWords {
  protected readonly begun = 'it'
  readonly #onTunnel: OnTunnel
  #greeted = false

  constructor(context: ProxyContext, client: Socket, info: ConnectionInfo, onTunnel: OnTunnel) {
    super(context, client, info)
    this.#onTunnel = onTunnel
  }

  protected read(): void {
    if (!this.#greeted) {
      const greeting = readGreeting(this.held.view())
      if (greeting.state === 'partial') return
      if (greeting.state === 'refused') {
        this.refuse(this.refusal(greeting.why, greeting.answer))
        return
      }
      this.#greeted = true
      this.client.write(noAuthentication)
      this.#skip(greeting.end)
    }
    const request = readRequest(this.held.view())
    if (request.state === 'partial') return
    if (request.state === 'refused') {
      this.refuse(this.refusal(request.why, request.answer))
      return
    }
    this.#skip(request.end)
    this.detach()
    this.#onTunnel(request.value, succeeded, this.held.take())
  }

  /** `answer`: in the protocol's words. */
  protected refusal(why: string, answer: Buffer = Buffer.alloc(0)): Refusal {
    const message = `The client's SOCKS request is refused: ${why}`
    return { method: 'SOCKS5', code: 'BAD_REQUEST', phase: 'tunnel', message, answer }
  }

  #skip(count: number): void {
    const rest = this.held.take().subarray(count)
    this.held.add(rest, 0, rest.length)
  }
}
