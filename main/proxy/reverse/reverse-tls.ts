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
import { interceptTls, type Interception, type Sessions } from '../tunnel/intercept.ts'
import { TlsGreeting, type Hello } from '../tunnel/tls-greeting.ts'

export class ReverseTls extends TlsGreeting {
  readonly #known: Omit<Interception, 'hello' | 'early'>

  constructor(
    { context, sessions }: { context: ProxyContext; sessions: Sessions },
    client: Socket,
    info: ConnectionInfo,
    via: Via & { kind: 'reverse' },
  ) {
    super(context, client, info)
    const host = plainAddress(client.localAddress ?? '')
    const here = writeAuthority(host, client.localPort ?? 0, 443)
    const { route } = via
    const asked = { method: 'TLS', httpVersion: '', url: writeAuthority(route.host, route.port) } as const
    this.#known = { context, client, info, host, asked, via: { ...via, here, secure: true }, sessions }
  }

  protected greeted(hello: Hello): void {
    this.detach()
    this.client.pause()
    interceptTls({ ...this.#known, hello, early: this.held.take() })
  }
}
