import { now, type OpenFlow } from '../../flows/index.ts'
import type { FlowError } from '../../model/errors.ts'
import { nothingRecorded, type Message } from '../../model/flow.ts'
import type { ProxyContext } from '../context.ts'
import type { Dial, Dialed } from '../origin/dial.ts'
import { infoOf, tellOpened } from '../origin/opening.ts'
import { bugFailure, dialFailure } from '../failure.ts'
import { writeAuthority } from '../exchange/target.ts'
import type { TunnelClient } from './tunnel-request.ts'
import { openTunnel, tunnelError } from './tunnel.ts'

/** A tunnel whose bytes pass untouched; its flow lasts as long as the tunnel and counts what passes. */
export class OpaqueTunnel {
  readonly #context: ProxyContext
  readonly #to: TunnelClient

  constructor(context: ProxyContext, to: TunnelClient) {
    this.#context = context
    this.#to = to
  }

  /** `reason`: why it is not looked into. `early`: what the client has said so far. */
  open(dialing: Dial, reason: string, early: Buffer): void {
    const { client, info, asked, way } = this.#to
    const { life } = this.#context
    const url = writeAuthority(asked.host, asked.port)
    const { method, httpVersion, head } = asked
    const open = life.begin({ client: info, method, url, httpVersion, head })
    const { flow } = open
    flow.delivery = { mode: 'tunnelled', reason, crossoverAt: undefined }
    if (way?.note !== undefined) flow.notes.push(way.note)
    life.delivery(flow)
    const end = (error: FlowError | undefined): void => {
      if (flow.state === 'ended') return
      flow.timings.lastByte ??= now() - open.began
      life.end(flow, error)
    }
    const fail = (error: FlowError): void => {
      dialing.cancel()
      client.destroy()
      end(error)
    }
    const message = 'The client left before the end'
    const left = (): void => fail({ code: 'CLIENT_CLOSED', side: 'client', phase: 'tunnel', message })
    open.runner = { abort: fail }
    client.once('error', left).once('close', left)
    const answered = dialing.result.then(
      (dialed) => {
        client.off('error', left).off('close', left)
        if (flow.state === 'ended') dialed.socket.destroy()
        else this.#join(open, dialed, early, end)
      },
      (error: unknown) => fail(dialFailure(error, url).flowError),
    )
    answered.catch((bug: unknown) => {
      const { flowError } = bugFailure(bug, 'tunnel')
      this.#context.notice(flowError.message)
      dialing.result.then(
        ({ socket }) => socket.destroy(),
        () => undefined,
      )
      fail(flowError)
    })
  }

  #join(open: OpenFlow, dialed: Dialed, early: Buffer, end: (error: FlowError | undefined) => void): void {
    const { client, asked, way } = this.#to
    const { socket, at } = dialed
    const { flow } = open
    tellOpened(flow.timings, open.began, { ...at, tls: undefined })
    flow.origin = infoOf(this.#context, dialed, undefined, way)
    const received: Message = { ...flow.request, head: '', body: nothingRecorded }
    flow.response = { ...received, status: 200, head: asked.answered }
    const close = openTunnel({
      stalls: this.#context.stalls,
      client: { socket: client, early },
      origin: { socket, early: undefined },
      sent: flow.request,
      received: flow.response,
      onEnd: (side, error) => {
        end(error && tunnelError(side, error))
      },
    })
    open.runner = {
      abort: (cause) => {
        close()
        end(cause)
      },
    }
  }
}
