import { now } from '../flows/index.ts'
import { editHead, type ResponseHead } from '../http1/index.ts'
import { emptyRecorded, nothingRecorded } from '../model/flow.ts'
import type { Exchange } from './exchange.ts'
import { Failure, explain } from './failure.ts'
import type { OriginConnection } from './origin-connection.ts'
import { openTunnel } from './tunnel.ts'

export type Switch = {
  exchange: Exchange
  origin: OriginConnection
  head: ResponseHead
  /** What came behind the head; lent. */
  rest: Buffer
  /** What the client asked for, e.g. "websocket". */
  protocol: string
}

/** 101 (RFC 9110 §7.8): the two connections become one tunnel, and the flow lasts as long as it. */
export function switchToTunnel({ exchange, origin, head, rest, protocol }: Switch): void {
  const { flow, session } = exchange
  const { context, socket } = session
  const { early, began } = exchange.becomeTunnel()
  const response = {
    httpVersion: head.version,
    head: head.text,
    edit: undefined,
    status: head.status,
    bytes: 0,
    delivered: 0,
    chunks: 0,
    deliveredChunks: 0,
    trailers: undefined,
    body: nothingRecorded,
  }
  flow.response = response
  flow.request.body = emptyRecorded
  flow.delivery = { mode: 'tunnelled', reason: `upgraded to ${protocol}`, crossoverAt: undefined }
  context.life.delivery(flow)
  socket.write(editHead(head, undefined), 'latin1')
  const end = openTunnel({
    client: { socket, early },
    origin: { socket: origin.detach(), early: rest, reads: origin.reads },
    sent: flow.request,
    received: response,
    onEnd: (side, error) => {
      flow.timings.lastByte = now() - began
      const failure = error && new Failure('ORIGIN_CLOSED', side, 'tunnel', `The ${side} broke the connection: ${explain(error)}`)
      if (failure && side === 'client') failure.flowError.code = 'CLIENT_CLOSED'
      context.life.end(flow, failure?.flowError)
    },
  })
  context.life.run(flow, {
    abort: (error) => {
      end()
      context.life.end(flow, error)
    },
  })
}
