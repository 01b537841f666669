/**
 * A client that begins TLS with the proxy's port. Either it has the proxy's address as one of https://, calls us by a name
 * of ours or by none, and asks within as it would without TLS; or it takes the port for its origin's, sent here by a hosts
 * file or a firewall: its hello names the host (SNI), the port is that of HTTPS, and it is a tunnel like any other.
 */
import type { Socket } from 'node:net'
import { hostname } from 'node:os'
import type { ConnectionInfo } from '../../model/flow.ts'
import type { Via } from '../client/client-port.ts'
import { plainAddress } from '../client/own-address.ts'
import type { ProxyContext } from '../context.ts'
import { writeAuthority } from '../exchange/target.ts'
import { destinationOf } from '../origin/destination.ts'
import { isOwnSite } from '../own-site/own-site.ts'
import { interceptTls, type Sessions } from './intercept.ts'
import { isOwnName } from './own-name.ts'
import { TlsGreeting, type Hello } from './tls-greeting.ts'

/** Takes the socket over; `early` is the hello, and what came behind it. */
type OnNamed = (host: string, early: Buffer) => void

const accessDenied = 49

export class DirectTls extends TlsGreeting {
  readonly #via: Via & { kind: 'proxy' }
  readonly #sessions: Sessions
  readonly #onNamed: OnNamed

  /** `onNamed`: it takes the port for that of another host. */
  constructor(
    { context, sessions }: { context: ProxyContext; sessions: Sessions },
    client: Socket,
    info: ConnectionInfo,
    via: Via & { kind: 'proxy' },
    onNamed: OnNamed,
  ) {
    super(context, client, info)
    this.#via = via
    this.#sessions = sessions
    this.#onNamed = onNamed
  }

  protected greeted(hello: Hello): void {
    const { serverName } = hello
    const address = plainAddress(this.client.localAddress ?? '')
    if (serverName === undefined || isOwnName(serverName, address, hostname())) {
      this.#speaksWithUs(hello, address)
      return
    }
    if (this.context.auth) {
      const why = 'this proxy wants a user and a password, which TLS sent to its port itself cannot tell'
      this.refuse({ ...this.refusal(why, accessDenied), code: 'PROXY_AUTH' })
      return
    }
    this.detach()
    this.#onNamed(serverName, this.held.take())
  }

  #speaksWithUs(hello: Hello, host: string): void {
    const { context, client, info } = this
    const { serverName } = hello
    this.detach()
    client.pause()
    const site =
      serverName !== undefined && isOwnSite(serverName)
        ? destinationOf('https', serverName, 443, serverName)
        : undefined
    interceptTls({
      ...{ context, client, info, hello, host },
      early: this.held.take(),
      asked: { method: 'TLS', httpVersion: '', url: writeAuthority(host, client.localPort ?? 0) },
      // Within it there is HTTP, and nothing else.
      via: { ...this.#via, others: new Map(), site },
      sessions: this.#sessions,
    })
  }
}
