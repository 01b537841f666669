import type { FlowError } from '../../model/errors.ts'
import { Failure } from '../failure.ts'
import type { ProxyContext } from '../context.ts'
import type { TunnelClient } from './tunnel-request.ts'

/**
 * The flow of a tunnel whose client left before the tunnel was anything: it was still waiting for the origin, was not
 * told that it cannot be reached, or left in the middle of its first words. A connection that was kept ready and never
 * used, as browsers do, is none. `failure`: why the origin was not reached, if that is known.
 */
export function endAbandoned({ life }: ProxyContext, to: TunnelClient, url: string, failure: unknown): void {
  const { info, asked } = to
  const { method, httpVersion, head } = asked
  const { flow } = life.begin({ client: info, method, url, httpVersion, head })
  life.end(flow, failure instanceof Failure ? failure.flowError : left(url))
}

function left(url: string): FlowError {
  const message = `The client left before anything passed between it and ${url}`
  return { code: 'CLIENT_CLOSED', side: 'client', phase: 'tunnel', message }
}
