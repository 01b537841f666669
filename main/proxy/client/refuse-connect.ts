import type { Socket } from 'node:net'
import { WireError, type Framing, type RequestHead } from '../../http1/index.ts'
import type { ConnectionInfo } from '../../model/flow.ts'
import type { ProxyContext } from '../context.ts'
import type { Failure } from '../failure.ts'
import { answerWithError } from './answer.ts'
import { shownHead } from './proxy-auth.ts'

/** A CONNECT, and who has asked. */
type AskedConnect = { socket: Socket; info: ConnectionInfo; head: RequestHead; httpVersion: string }

/** Refuses it, as its flow and to its client. `keep`: it may ask again over this connection. */
export function refuseConnect({ life }: ProxyContext, asked: AskedConnect, failure: Failure, keep: boolean): void {
  const { socket, info: client, head, httpVersion } = asked
  const { method, target: url } = head
  const { flow } = life.begin({ client, method, url, httpVersion, head: shownHead(head) })
  answerWithError(socket, flow, head, failure, keep)
  life.end(flow, failure.flowError)
}

/** RFC 9110 §9.3.6: a CONNECT has no body, so nobody knows whether what follows is one or the tunnel's first bytes. */
export function refuseBody(framing: Framing): void {
  if (framing.kind === 'chunked' || (framing.kind === 'length' && framing.length > 0)) {
    throw new WireError('a CONNECT with a body')
  }
}
