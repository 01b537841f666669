import type { Socket } from 'node:net'
import { now } from '../flows/index.ts'
import type { RequestHead } from '../http1/index.ts'
import { nothingRecorded, type ConnectionInfo, type Flow, type Message } from '../model/flow.ts'
import type { ProxyContext } from './context.ts'
import type { Dial, Dialed } from './dial.ts'
import { Failure, explain } from './failure.ts'
import { plainAddress } from './own-address.ts'
import { writeAuthority } from './target.ts'
import { openTunnel } from './tunnel.ts'

export type TunnelClient = { client: Socket; info: ConnectionInfo; head: RequestHead; host: string; port: number }

/** A CONNECT whose bytes pass untouched; its flow lasts as long as the tunnel and counts what passes. */
export class OpaqueTunnel {
  readonly #context: ProxyContext
  readonly #to: TunnelClient
  readonly #began = now()

  constructor(context: ProxyContext, to: TunnelClient) {
    this.#context = context
    this.#to = to
  }

  /** `reason`: why it is not looked into. `early`: what the client has said so far. */
  open(dialing: Dial, reason: string, early: Buffer): void {
    const { client, info, head, host, port } = this.#to
    const { life, running } = this.#context
    const url = writeAuthority(host, port)
    const flow = life.begin({ client: info, method: 'CONNECT', url, httpVersion: head.version, head: head.text })
    flow.delivery = { mode: 'tunnelled', reason, crossoverAt: undefined }
    life.delivery(flow)
    const end = (failure: Failure | undefined): void => {
      if (!running.delete(flow.id)) return
      flow.timings.lastByte ??= this.#elapsed()
      life.end(flow, failure?.flowError)
    }
    const fail = (failure: Failure): void => {
      dialing.cancel()
      client.destroy()
      end(failure)
    }
    const left = (): void => fail(new Failure('CLIENT_CLOSED', 'client', 'tunnel', 'The client left before the end'))
    running.set(flow.id, { abort: fail })
    client.once('error', left).once('close', left)
    dialing.result.then(
      (dialed) => {
        client.off('error', left).off('close', left)
        if (flow.state === 'ended') dialed.socket.destroy()
        else this.#join(flow, dialed, early, end)
      },
      (error: unknown) => fail(error instanceof Failure ? error : new Failure('INTERNAL', 'proxy', 'connect', String(error))),
    )
  }

  #join(flow: Flow, { socket, at }: Dialed, early: Buffer, end: (failure: Failure | undefined) => void): void {
    const { client } = this.#to
    const { timings } = flow
    timings.dns = Math.max(0, at.dns - this.#began)
    timings.connect = Math.max(0, at.connect - this.#began)
    flow.origin = {
      id: this.#context.nextConnectionId(),
      address: plainAddress(socket.remoteAddress ?? ''),
      port: socket.remotePort ?? 0,
      tls: undefined,
    }
    const received: Message = { ...flow.request, head: '', body: nothingRecorded }
    flow.response = { ...received, status: 200, head: 'HTTP/1.1 200 Connection established\r\n' }
    const close = openTunnel({
      client: { socket: client, early },
      origin: { socket, early: undefined },
      sent: flow.request,
      received: flow.response,
      onEnd: (side, error) => {
        if (!error) {
          end(undefined)
          return
        }
        const code = side === 'client' ? 'CLIENT_CLOSED' : 'ORIGIN_CLOSED'
        end(new Failure(code, side, 'tunnel', `The ${side} broke the connection: ${explain(error)}`))
      },
    })
    this.#context.running.set(flow.id, {
      abort: (failure) => {
        close()
        end(failure)
      },
    })
  }

  #elapsed(): number {
    return now() - this.#began
  }
}
