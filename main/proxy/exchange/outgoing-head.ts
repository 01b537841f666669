/** The head of a request as it goes out, to its origin or to an upstream proxy, and what is shown of that. Pure. */
import type { RequestHead } from '../../http1/index.ts'
import type { HeadEdit } from '../../model/flow.ts'
import type { Via } from '../client/client-port.ts'
import { basicCredentials } from '../origin/upstream/http-connect.ts'
import type { Upstream, Way } from '../origin/ways/way.ts'
import { requestEdit } from './head-edits.ts'
import type { Target } from './target.ts'

const authorization = 'Proxy-Authorization'

/** May have credentials in it: shown is what shownEdit makes of it. */
export function sentEdit(
  head: RequestHead,
  target: Target,
  via: Via,
  upgrade: boolean,
  way: Way | undefined,
): HeadEdit | undefined {
  // HTTP/1.0 may come without Host, but goes on as HTTP/1.1.
  const named = via.kind !== 'tunnel' || !head.target.startsWith('/') || !head.fields.has('host')
  const edit = requestEdit(head, { target: named ? target : undefined, upgrade, http2: via.http2 === true })
  return way?.upstream?.absolute === true ? absoluteEdit(head, edit, target.url, way.upstream) : edit
}

/** Credentials are for the upstream proxy alone. */
export function shownEdit(sent: HeadEdit | undefined, way: Way | undefined): HeadEdit | undefined {
  if (!sent || way?.upstream?.absolute !== true) return sent
  // The client's own field of this name was for us, and is dropped.
  const add = sent.add.map(([name, value]): [string, string] => [name, name === authorization ? 'Basic ***' : value])
  return { ...sent, add }
}

/** As clients send requests to us (RFC 9112 §3.2.2); `edit`: what has to be changed for an origin. */
function absoluteEdit(
  head: RequestHead,
  edit: HeadEdit | undefined,
  url: string,
  { proxy: { credentials } }: Upstream,
): HeadEdit | undefined {
  const { drop, add } = edit ?? { drop: [], add: [] }
  const line = `${head.method} ${url} HTTP/1.1`
  const startLine = head.text.startsWith(`${line}\r\n`) ? undefined : line
  if (credentials) return { startLine, drop, add: [...add, [authorization, basicCredentials(credentials)]] }
  return startLine === undefined && drop.length === 0 && add.length === 0 ? undefined : { startLine, drop, add }
}
