/**
 * A client that begins TLS with the proxy's port as if it were its origin's, sent here by a hosts file or a firewall. Its
 * hello names the host (SNI), and the port is that of HTTPS; from there on it is a tunnel like any other. Who names none
 * is refused.
 */
import type { Socket } from 'node:net'
import type { ConnectionInfo } from '../../model/flow.ts'
import { readClientHello } from '../../tls/index.ts'
import { FirstWords, type Refusal } from '../client/first-words.ts'
import type { ProxyContext } from '../context.ts'

/** Takes the socket over; `early` is the hello, and what came behind it. */
type OnNamed = (host: string, early: Buffer) => void

const missingExtension = 109
const decodeError = 50

export class DirectTls extends FirstWords {
  protected readonly begun = 'its TLS hello'
  readonly #onNamed: OnNamed

  constructor(context: ProxyContext, client: Socket, info: ConnectionInfo, onNamed: OnNamed) {
    super(context, client, info)
    this.#onNamed = onNamed
  }

  protected read(): void {
    // What is held is at most what readClientHello looks at, and one read.
    const hello = readClientHello(this.held.view())
    if (hello.state === 'partial') return
    if (hello.state === 'not-tls') {
      this.refuse(this.refusal(`it begins like TLS, but ${hello.why}`))
    } else if (hello.serverName === undefined) {
      const way = 'if it has Spillway as its proxy, the address of that begins with http://'
      // RFC 8446 §9.2
      this.refuse(
        this.refusal(
          `it began TLS with this port and named no host (SNI) that it could be passed on to; ${way}`,
          missingExtension,
        ),
      )
    } else {
      this.detach()
      this.#onNamed(hello.serverName, this.held.take())
    }
  }

  /** The client is told by an alert (RFC 8446 §6). */
  protected refusal(why: string, alert = decodeError): Refusal {
    const message = `The client cannot be served: ${why}`
    const answer = Buffer.from([0x15, 3, 1, 0, 2, 2, alert])
    return { method: 'TLS', code: 'CLIENT_TLS', phase: 'client-tls', message, answer }
  }
}
