import { now, type OpenFlow } from '../../flows/index.ts'
import { editHead, type ResponseHead } from '../../http1/index.ts'
import type { FlowError } from '../../model/errors.ts'
import { nothingRecorded } from '../../model/flow.ts'
import { agreedExtensions } from '../../websocket/index.ts'
import type { ClientPort } from '../client/client-port.ts'
import type { OriginConnection } from '../origin/origin-connection.ts'
import { WebSocketRecord } from '../web-socket/web-socket-record.ts'
import type { HeadRewrite } from '../reverse/reverse-head.ts'
import { informationalEdit } from './head-edits.ts'
import { newResponse } from './response-start.ts'
import { openTunnel, tunnelError } from '../tunnel/tunnel.ts'

export type Switch = {
  /** Its socket is the tunnel's from now on. */
  session: ClientPort
  open: OpenFlow
  origin: OriginConnection
  head: ResponseHead
  rewrite: HeadRewrite | undefined
  /** What came behind the head; lent. */
  rest: Buffer
  /** What the client asked for, e.g. "websocket". */
  asked: string
}

/**
 * 101 (RFC 9110 §7.8): the two connections become one tunnel, and the flow lasts as long as it. Of a WebSocket, what
 * passes is recorded; the flow ends when that is where it stays.
 */
export function switchToTunnel({ session, open, origin, head, rewrite, rest, asked }: Switch): void {
  const { context } = session
  const { life } = context
  const client = { socket: session.socket, early: session.giveAway(), reads: session.reads }
  const { flow } = open
  const response = newResponse(head, origin.speaks)
  flow.response = response
  flow.request.body = nothingRecorded
  flow.delivery = { mode: 'tunnelled', reason: `upgraded to ${asked}`, crossoverAt: undefined }
  const extensions = agreedExtensions(flow.request.head, head.text)
  const record = extensions && new WebSocketRecord(context, open, extensions)
  life.delivery(flow)
  const edit = informationalEdit(head, true)
  response.edit = rewrite ? rewrite(head, edit) : edit
  client.socket.write(editHead(head, response.edit), 'latin1')
  let over = false
  const end = (error: FlowError | undefined): void => {
    if (over) return
    over = true
    flow.timings.end = now() - open.began
    if (record) void record.finish(error === undefined).then(() => life.end(flow, error))
    else life.end(flow, error)
  }
  const close = openTunnel({
    stalls: context.stalls,
    client,
    origin: { socket: origin.detach(), early: rest, reads: origin.reads },
    sent: flow.request,
    received: response,
    taps: record,
    onEnd: (side, error) => {
      flow.timings.lastByte = now() - open.began
      end(error && tunnelError(side, error))
    },
  })
  const abort = (error: FlowError): void => {
    // Ending already: what the other side is still owed goes out.
    if (over) return
    close()
    end(error)
  }
  open.runner = record
    ? {
        abort,
        watchMessages: (listener) => (over ? undefined : record.watch(listener)),
        readRecorded: (side, offset, length) => record.read(side, offset, length),
        recordedGaps: (side) => record.gaps(side),
      }
    : { abort }
}
