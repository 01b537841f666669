import { editHead, type Framing, type RequestHead, type ResponseHead } from '../../http1/index.ts'
import { nothingRecorded, type ResponseMessage } from '../../model/flow.ts'
import {
  ModifiedDelivery,
  ResponseDelivery,
  type BodyDelivery,
  type ClientWriter,
  type Delivery,
  type ModifiedHost,
  type Outgoing,
} from '../../streaming/index.ts'
import { mediaType } from '../../model/media-type.ts'
import type { ResponseFacts } from '../../rules/index.ts'
import type { HeadRewrite } from '../reverse/reverse-head.ts'
import { responseEdit } from './head-edits.ts'
import type { ModifierPart } from './modifier-part.ts'
import type { Target } from './target.ts'

export type ResponseStart = {
  response: ResponseMessage
  out: Outgoing
  /** The client's connection is good for another request afterwards. */
  keep: boolean
  /** The body ends with the connection, so only a reset tells the client that it was cut. */
  endsWithConnection: boolean
  /** The same of the origin's, which may go out framed. */
  originCloses: boolean
}

/** Begins to carry out a decision, by modifiers where they have the body. */
export function beginDelivery(
  host: ModifiedHost,
  { response, out }: ResponseStart,
  writer: ClientWriter,
  plan: Delivery,
  part: ModifierPart | undefined,
): BodyDelivery {
  if (!part || part.claims.modifiers.length === 0) {
    part?.settle(false)
    return new ResponseDelivery(host, response, writer, plan, out)
  }
  const delivery = new ModifiedDelivery(host, response, writer, plan, out)
  delivery.open(part.steps, part.told)
  part.settle(true)
  return delivery
}

type FinalResponse = {
  head: ResponseHead
  framing: Framing
  /** What it answers. */
  request: RequestHead
  /** The client's connection may be kept, if the response allows it. */
  mayKeep: boolean
  part: ModifierPart | undefined
  rewrite: HeadRewrite | undefined
}

/** How a final response goes out to its client. Pure. */
export function startResponse(final: FinalResponse): ResponseStart {
  const { head, framing, request, mayKeep, part, rewrite } = final
  if (part && part.claims.modifiers.length > 0) return startModified(final, part)
  // An HTTP/1.0 client knows no chunks; it gets the content, ended by the connection.
  const raw = request.version === '1.1' || !head.fields.has('transfer-encoding')
  const endsWithConnection = framing.kind === 'close' || !raw
  const keep = mayKeep && !endsWithConnection
  const said = keep ? (request.version === '1.0' ? 'keep-alive' : undefined) : 'close'
  const response = newResponse(head)
  const edit = responseEdit(head, { raw, connection: said, script: part?.edit })
  response.edit = rewrite ? rewrite(head, edit) : edit
  return {
    response,
    out: { head: editHead(head, response.edit), framing: framing.kind, raw },
    keep,
    endsWithConnection,
    originCloses: framing.kind === 'close',
  }
}

/** As `startResponse`; the body is of our own making, so that its length is not known. */
function startModified(
  { head, framing, request, mayKeep, rewrite }: FinalResponse,
  { edit: script, steps: { coded } }: ModifierPart,
): ResponseStart {
  const chunked = request.version === '1.1'
  const keep = mayKeep && chunked
  const response = newResponse(head)
  const modified = { chunked, coded }
  const edit = responseEdit(head, { raw: chunked, connection: keep ? undefined : 'close', modified, script })
  response.edit = rewrite ? rewrite(head, edit) : edit
  const out = { head: editHead(head, response.edit), framing: framing.kind, raw: chunked }
  return { response, out, keep, endsWithConnection: !chunked, originCloses: framing.kind === 'close' }
}

/** A response of which the head has come, and nothing more. */
export function newResponse(head: ResponseHead, httpVersion: string = head.version): ResponseMessage {
  return {
    httpVersion,
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
}

/** What the decision about its body looks at. */
export function responseFacts(
  head: ResponseHead,
  framing: Framing,
  method: string,
  target: Pick<Target, 'shownHost' | 'path'>,
): ResponseFacts {
  return {
    host: target.shownHost,
    path: target.path,
    method,
    status: head.status,
    type: mediaType(head.fields.get('content-type')),
    length: framing.kind === 'length' ? framing.length : undefined,
  }
}
