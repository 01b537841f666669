import { now, type OpenFlow } from '../../flows/index.ts'
import { editHead, type ResponseHead } from '../../http1/index.ts'
import { nothingRecorded } from '../../model/flow.ts'
import type { ClientPort } from '../client/client-port.ts'
import type { OriginConnection } from '../origin/origin-connection.ts'
import { informationalEdit } from './head-edits.ts'
import { newResponse } from './response-start.ts'
import { openTunnel, tunnelError } from '../tunnel/tunnel.ts'

export type Switch = {
  /** Its socket is the tunnel's from now on. */
  session: ClientPort
  open: OpenFlow
  origin: OriginConnection
  head: ResponseHead
  /** What came behind the head; lent. */
  rest: Buffer
  /** What the client asked for, e.g. "websocket". */
  protocol: string
}

/** 101 (RFC 9110 §7.8): the two connections become one tunnel, and the flow lasts as long as it. */
export function switchToTunnel({ session, open, origin, head, rest, protocol }: Switch): void {
  const { life, stalls } = session.context
  const client = { socket: session.socket, early: session.giveAway(), reads: session.reads }
  const { flow } = open
  const response = newResponse(head)
  flow.response = response
  flow.request.body = nothingRecorded
  flow.delivery = { mode: 'tunnelled', reason: `upgraded to ${protocol}`, crossoverAt: undefined }
  life.delivery(flow)
  response.edit = informationalEdit(head, true)
  client.socket.write(editHead(head, response.edit), 'latin1')
  const end = openTunnel({
    stalls,
    client,
    origin: { socket: origin.detach(), early: rest, reads: origin.reads },
    sent: flow.request,
    received: response,
    onEnd: (side, error) => {
      flow.timings.lastByte = flow.timings.end = now() - open.began
      life.end(flow, error && tunnelError(side, error))
    },
  })
  open.runner = {
    abort: (error) => {
      end()
      life.end(flow, error)
    },
  }
}
