/**
 * TLS with a port that stands for an origin, for clients that take no base URL but of https. The certificate, by our CA,
 * is for the address at which they are and for the name by which they have asked (SNI).
 */
import type { Socket } from 'node:net'
import type { ConnectionInfo } from '../../model/flow.ts'
import type { Via } from '../client/client-port.ts'
import { plainAddress } from '../client/own-address.ts'
import type { ProxyContext } from '../context.ts'
import { writeAuthority } from '../exchange/target.ts'
import { interceptTls, type Sessions } from '../tunnel/intercept.ts'
import { TlsGreeting, type Hello } from '../tunnel/tls-greeting.ts'

export class ReverseTls extends TlsGreeting {
  readonly #greeted: (hello: Hello, early: Buffer) => void

  constructor(
    context: ProxyContext,
    client: Socket,
    info: ConnectionInfo,
    via: Via & { kind: 'reverse' },
    sessions: Sessions,
  ) {
    super(context, client, info)
    const host = plainAddress(client.localAddress ?? '')
    const here = writeAuthority(host, client.localPort ?? 0, 443)
    const { route } = via
    this.#greeted = (hello, early) => {
      interceptTls({
        ...{ context, client, info, early, hello, host, sessions },
        asked: { method: 'TLS', url: writeAuthority(route.host, route.port) },
        via: { ...via, here, secure: true },
      })
    }
  }

  protected greeted(hello: Hello): void {
    this.detach()
    this.client.pause()
    this.#greeted(hello, this.held.take())
  }
}
