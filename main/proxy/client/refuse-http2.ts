import type { WireError } from '../../http1/index.ts'
import type { ConnectionInfo } from '../../model/flow.ts'
import type { ProxyContext } from '../context.ts'

/** A request over HTTP/2 that is none: its stream was reset, and its flow says why. */
export function refuseHttp2(
  { life }: ProxyContext,
  client: ConnectionInfo,
  list: readonly string[],
  error: WireError,
): void {
  const of = (name: string): string => {
    const at = list.indexOf(name)
    return at === -1 ? '' : (list[at + 1] ?? '')
  }
  const url = `${of(':scheme') || 'http'}://${of(':authority') || 'unknown'}${of(':path')}`
  const { flow } = life.begin({ client, method: of(':method'), url, httpVersion: '2', head: '' })
  const message = `The request is not valid HTTP/2: ${error.message}`
  life.end(flow, { code: 'BAD_REQUEST', side: 'client', phase: 'request-head', message })
}

/** What it has begun it did not finish in time; its connection ends. */
export function slowHttp2(context: ProxyContext, client: ConnectionInfo, error: WireError): void {
  endHttp2(context, client, `The client is too slow: ${error.message}`)
}

/** Its connection has ended for what it sent, which was for no stream. */
export function brokenHttp2(context: ProxyContext, client: ConnectionInfo, error: WireError): void {
  endHttp2(context, client, `The client does not speak HTTP/2 as it has to: ${error.message}`)
}

function endHttp2({ life }: ProxyContext, client: ConnectionInfo, message: string): void {
  const { flow } = life.begin({ client, method: '', url: '', httpVersion: '2', head: '' })
  life.end(flow, { code: 'BAD_REQUEST', side: 'client', phase: 'request-head', message })
}
