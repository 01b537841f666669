/**
 * A client that speaks SOCKS5 to the proxy's port. It is answered at once, as CONNECT is, and then is a tunnel like
 * any other: TLS is intercepted, HTTP is read, the rest passes untouched.
 */
import type { Socket } from 'node:net'
import type { ConnectionInfo } from '../../model/flow.ts'
import { FirstWords, type Refusal } from '../client/first-words.ts'
import type { ProxyContext } from '../context.ts'
import {
  chosen,
  loggedIn,
  methods,
  notLoggedIn,
  readGreeting,
  readLogin,
  readRequest,
  succeeded,
  type Read,
} from './socks-messages.ts'

/** Takes the socket over; `early` came behind what was read. */
export type OnTunnel = (to: { host: string; port: number }, answer: Buffer, early: Buffer) => void

export class Socks extends FirstWords {
  protected readonly begun = 'it'
  readonly #onTunnel: OnTunnel
  /** What comes next. */
  #step: 'greeting' | 'login' | 'request' = 'greeting'

  constructor(context: ProxyContext, client: Socket, info: ConnectionInfo, onTunnel: OnTunnel) {
    super(context, client, info)
    this.#onTunnel = onTunnel
  }

  protected read(): void {
    if (this.#step === 'greeting' && !this.#greet()) return
    if (this.#step === 'login' && !this.#login()) return
    const to = this.#next(readRequest(this.held.view()))
    if (!to) return
    this.detach()
    this.#onTunnel(to.value, succeeded, this.held.take())
  }

  #greet(): boolean {
    const method = this.context.auth ? methods.password : methods.none
    if (!this.#next(readGreeting(this.held.view(), method))) return false
    this.client.write(chosen(method))
    this.#step = method === methods.password ? 'login' : 'request'
    return true
  }

  #login(): boolean {
    const login = this.#next(readLogin(this.held.view()))
    if (!login) return false
    const { user, password } = login.value
    // Who is asked may have been changed meanwhile, and then is asked no more.
    const why = this.context.auth?.socksRefusal(user, password)
    if (why !== undefined) {
      this.refuse({ ...this.refusal(why, notLoggedIn), code: 'PROXY_AUTH' })
      return false
    }
    this.client.write(loggedIn)
    this.#step = 'request'
    return true
  }

  /** Undefined: more bytes are needed, or the client has been refused. */
  #next<T>(message: Read<T>): { value: T } | undefined {
    if (message.state === 'refused') this.refuse(this.refusal(message.why, message.answer))
    if (message.state !== 'read') return undefined
    const rest = this.held.take().subarray(message.end)
    this.held.add(rest, 0, rest.length)
    return message
  }

  /** `answer`: in the protocol's words. */
  protected refusal(why: string, answer: Buffer = Buffer.alloc(0)): Refusal {
    const message = `The client's SOCKS request is refused: ${why}`
    return { method: 'SOCKS5', code: 'BAD_REQUEST', phase: 'tunnel', message, answer }
  }
}
