import type { WireError } from '../../http1/index.ts'
import { requestFailure } from '../failure.ts'
import { spokenVersion, type ClientPort } from './client-port.ts'
import { writeErrorPage } from './error-page.ts'
import { withoutProxyCredentials } from './proxy-auth.ts'
import type { RequestTargets } from './request-targets.ts'

/**
 * A head that is none, or is not complete in time, as its flow and to its client. `text`: what has come of it, of which
 * the flow tells what can be made out. The connection is the caller's to close.
 */
export function refuseHead(
  { context, info, socket, via }: Pick<ClientPort, 'context' | 'info' | 'socket' | 'via'>,
  error: WireError,
  text: string,
  targets: RequestTargets,
): void {
  const [, method = '', target = ''] = /^([^ \r\n]*) ?([^ \r\n]*)/.exec(text) ?? []
  const { flow } = context.life.begin({
    client: info,
    method,
    url: targets.refused(target),
    httpVersion: spokenVersion(via, { version: '1.1' }),
    head: withoutProxyCredentials(text),
  })
  const { status, message, flowError } = requestFailure(error, 'request-head')
  const accept = /\r\naccept:([^\r]*)/i.exec(text)?.[1]
  socket.write(writeErrorPage({ status, message, accept, headOnly: false, close: true }))
  flow.answered = status
  context.life.end(flow, flowError)
}
