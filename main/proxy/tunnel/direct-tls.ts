/**
 * A client that begins TLS with the proxy's port as if it were its origin's, sent here by a hosts file or a firewall. Its
 * hello names the host (SNI), and the port is that of HTTPS; from there on it is a tunnel like any other. Who names none
 * is refused.
 */
import type { Socket } from 'node:net'
import type { ConnectionInfo } from '../../model/flow.ts'
import type { ProxyContext } from '../context.ts'
import { TlsGreeting, type Hello } from './tls-greeting.ts'

/** Takes the socket over; `early` is the hello, and what came behind it. */
type OnNamed = (host: string, early: Buffer) => void

const missingExtension = 109
const accessDenied = 49

export class DirectTls extends TlsGreeting {
  readonly #onNamed: OnNamed

  constructor(context: ProxyContext, client: Socket, info: ConnectionInfo, onNamed: OnNamed) {
    super(context, client, info)
    this.#onNamed = onNamed
  }

  protected greeted({ serverName }: Hello): void {
    if (this.context.auth) {
      const why = 'this proxy wants a user and a password, which TLS sent to its port itself cannot tell'
      this.refuse({ ...this.refusal(why, accessDenied), code: 'PROXY_AUTH' })
      return
    }
    if (serverName === undefined) {
      const way = 'if it has Spillway as its proxy, the address of that begins with http://'
      // RFC 8446 §9.2
      this.refuse(
        this.refusal(
          `it began TLS with this port and named no host (SNI) that it could be passed on to; ${way}`,
          missingExtension,
        ),
      )
      return
    }
    this.detach()
    this.#onNamed(serverName, this.held.take())
  }
}
