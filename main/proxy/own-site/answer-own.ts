/** A request for Spillway's own site: answered at once, and shown as a flow like any other. */
import type { Socket } from 'node:net'
import { requestFraming, type RequestHead } from '../../http1/index.ts'
import { emptyRecorded, nothingRecorded, type ConnectionInfo, type Flow } from '../../model/flow.ts'
import { writeErrorPage } from '../client/error-page.ts'
import { plainAddress } from '../client/own-address.ts'
import { shownHead } from '../client/proxy-auth.ts'
import type { ProxyContext } from '../context.ts'
import { writeAuthority, type Target } from '../exchange/target.ts'
import { ownAnswer, ownReason } from './own-site.ts'

/**
 * Its connection has to be closed afterwards, which the answer says: what a client sends on without reading could
 * otherwise pile up answers. `httpVersion`: in which it was asked. Throws WireError when the request's framing is refused.
 */
export function answerOwn(
  { life, ca }: ProxyContext,
  socket: Socket,
  client: ConnectionInfo,
  head: RequestHead,
  httpVersion: string,
  target: Target,
): void {
  const { kind } = requestFraming(head)
  const proxy = writeAuthority(plainAddress(socket.localAddress ?? ''), socket.localPort ?? 0)
  const [text, body] = written(head, target.path, ca, proxy)
  const { method } = head
  const { flow } = life.begin({ client, method, url: target.url, httpVersion, head: shownHead(head) })
  // A body is not read.
  flow.request.body = kind === 'none' ? emptyRecorded : nothingRecorded
  flow.response = responseOf(text, body, httpVersion)
  flow.delivery = { mode: 'buffered', reason: ownReason, crossoverAt: undefined }
  life.delivery(flow)
  socket.write(Buffer.concat([Buffer.from(`${text}\r\n`, 'latin1'), body]))
  life.end(flow)
}

/** The head without its empty line, and the body as it goes out. */
function written(head: RequestHead, path: string, ca: string, proxy: string): [head: string, body: Buffer] {
  const answer = ownAnswer(head.method, path, ca, proxy)
  const headOnly = head.method === 'HEAD'
  if (answer.kind === 'refusal') {
    const accept = head.fields.get('accept')
    const page = Buffer.from(writeErrorPage({ ...answer, accept, headOnly, close: true }))
    const end = page.indexOf('\r\n\r\n')
    return [page.toString('latin1', 0, end + 2), page.subarray(end + 4)]
  }
  const fields = [
    'HTTP/1.1 200 OK',
    ...answer.fields,
    `Content-Length: ${answer.body.length}`,
    'X-Content-Type-Options: nosniff',
    'Cache-Control: no-store',
    'Connection: close',
  ]
  return [fields.map((line) => `${line}\r\n`).join(''), headOnly ? Buffer.alloc(0) : answer.body]
}

function responseOf(head: string, bytes: Buffer, asked: string): NonNullable<Flow['response']> {
  const { length } = bytes
  const chunks = length > 0 ? 1 : 0
  return {
    httpVersion: asked === '2' ? asked : '1.1',
    head,
    edit: undefined,
    status: Number(head.slice(9, 12)),
    bytes: length,
    delivered: length,
    chunks,
    deliveredChunks: chunks,
    trailers: undefined,
    body: length > 0 ? { state: 'complete', length, content: { kind: 'memory', bytes } } : emptyRecorded,
  }
}
