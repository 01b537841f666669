/**
 * A client that begins TLS with the proxy's port as if it were its origin's, sent here by a hosts file or a firewall. Its
 * hello names the host (SNI), and the port is that of HTTPS; from there on it is a tunnel like any other. Who names none
 * is refused.
 */
import type { Socket } from 'node:net'
import { HeldBytes } from '../../http1/index.ts'
import type { ConnectionInfo } from '../../model/flow.ts'
import { readClientHello } from '../../tls/index.ts'
import { lingerThenDestroy } from '../client/linger.ts'
import type { ProxyContext } from '../context.ts'
import { Failure, bugFailure } from '../failure.ts'
import { beginLimitMs, type Waiting } from '../client/slow-watch.ts'

/** Takes the socket over; `early` is the hello, and what came behind it. */
type OnNamed = (host: string, early: Buffer) => void

const missingExtension = 109
const decodeError = 50

export class DirectTls implements Waiting {
  readonly #context: ProxyContext
  readonly #client: Socket
  readonly #info: ConnectionInfo
  readonly #onNamed: OnNamed
  /** At most what readClientHello looks at, and one read. */
  readonly #held = new HeldBytes()

  /** `early`: its first bytes. */
  constructor(context: ProxyContext, client: Socket, info: ConnectionInfo, early: Buffer, onNamed: OnNamed) {
    this.#context = context
    this.#client = client
    this.#info = info
    this.#onNamed = onNamed
    client.on('data', this.#onBytes).on('end', this.#onGone).on('error', this.#onGone).on('close', this.#onGone)
    context.slow.begin(this)
    this.#onBytes(early)
  }

  tooSlow(): void {
    this.#refuse(`its TLS hello was not complete ${beginLimitMs / 1000} seconds after its first byte`, decodeError)
  }

  readonly #onBytes = (bytes: Buffer): void => {
    try {
      this.#held.add(bytes, 0, bytes.length)
      this.#read()
    } catch (bug) {
      this.#context.notice(bugFailure(bug, 'client-tls').message)
      this.#onGone()
    }
  }

  /** Nobody knows where it wanted to go, so there is nothing to show. */
  readonly #onGone = (): void => {
    this.#detach()
    this.#client.on('error', () => undefined).destroy()
  }

  #read(): void {
    const hello = readClientHello(this.#held.view())
    if (hello.state === 'partial') return
    if (hello.state === 'not-tls') {
      this.#refuse(`it begins like TLS, but ${hello.why}`, decodeError)
    } else if (hello.serverName === undefined) {
      const way = 'if it has Spillway as its proxy, the address of that begins with http://'
      // RFC 8446 §9.2
      this.#refuse(
        `it began TLS with this port and named no host (SNI) that it could be passed on to; ${way}`,
        missingExtension,
      )
    } else {
      this.#detach()
      this.#onNamed(hello.serverName, this.#held.take())
    }
  }

  /** The client is told by an alert (RFC 8446 §6), and the user by a flow. */
  #refuse(why: string, alert: number): void {
    const { life } = this.#context
    const client = this.#client
    this.#detach()
    const { flow } = life.begin({ client: this.#info, method: 'TLS', url: '', httpVersion: '', head: '' })
    const message = `The client cannot be served: ${why}`
    life.end(flow, new Failure('CLIENT_TLS', 'client', 'client-tls', message).flowError)
    // Unread bytes would turn the close into a reset, which would take the alert away.
    client.on('error', () => undefined).resume()
    client.end(Buffer.from([0x15, 3, 1, 0, 2, 2, alert]))
    lingerThenDestroy(client)
  }

  #detach(): void {
    const client = this.#client
    this.#context.slow.end(this)
    client.off('data', this.#onBytes).off('end', this.#onGone).off('error', this.#onGone).off('close', this.#onGone)
  }
}
