/** What the inspector shows of a flow: everything but bytes of bodies. Pure. */
import type { FlowError } from '../../../main/model/errors.ts'
import { keptBytes, type ConnectionInfo, type Flow, type Message, type Timings } from '../../../main/model/flow.ts'
import type { FlowDetail, FlowMessage } from '../../contract/flow-detail.ts'
import { flowState } from './flow-row.ts'

/** A copy: running flows go on changing. */
export function flowDetail(flow: Flow): FlowDetail {
  const { response, delivery, error, modifiers, modifiedBody, messageCounts, messages } = flow
  return {
    id: flow.id,
    state: flowState(flow),
    method: flow.method,
    url: flow.url,
    client: connectionOf(flow.client),
    ...(flow.origin && { origin: connectionOf(flow.origin) }),
    originReused: flow.originReused,
    request: messageOf(flow.request),
    ...(response && { response: { ...messageOf(response), status: response.status } }),
    ...(flow.answered !== undefined && { answered: flow.answered }),
    informational: [...flow.informational],
    ...(delivery && {
      delivery: {
        mode: delivery.mode,
        reason: delivery.reason,
        ...(delivery.crossoverAt !== undefined && { crossoverAt: delivery.crossoverAt }),
      },
    }),
    timings: timingsOf(flow.timings),
    ...(error && { error: errorOf(error) }),
    ...(modifiers && { modifiers: modifiers.map((applied) => ({ ...applied })) }),
    ...(modifiedBody && { delivered: { recorded: modifiedBody.state, recordedBytes: modifiedBody.length } }),
    ...(messageCounts && { messages: { ...messageCounts, ...(messages && { recorded: messages.state }) } }),
    notes: [...flow.notes],
  }
}

function errorOf({ code, side, phase, message, file, line, column }: FlowError): FlowDetail['error'] {
  return {
    code,
    side,
    phase,
    message,
    ...(file !== undefined && { file }),
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
  }
}

function messageOf({ edit, trailers, body, ...message }: Message): FlowMessage {
  return {
    httpVersion: message.httpVersion,
    head: message.head,
    ...(edit && {
      edit: {
        ...(edit.startLine !== undefined && { startLine: edit.startLine }),
        drop: [...edit.drop],
        add: edit.add.map(([name, value]): [string, string] => [name, value]),
      },
    }),
    bytes: message.bytes,
    delivered: message.delivered,
    chunks: message.chunks,
    deliveredChunks: message.deliveredChunks,
    ...(trailers !== undefined && { trailers }),
    recorded: body.state,
    recordedBytes: keptBytes(body),
  }
}

function connectionOf({ id, address, port, tls, via }: ConnectionInfo): FlowDetail['client'] {
  const place = { id, address, port, ...(via !== undefined && { via }) }
  if (!tls) return place
  const { version, alpn, serverName, certificate } = tls
  return {
    ...place,
    tls: {
      version,
      ...(alpn !== undefined && { alpn }),
      ...(serverName !== undefined && { serverName }),
      ...(certificate && { certificate: { ...certificate } }),
    },
  }
}

const moments = ['dns', 'connect', 'tls', 'sent', 'firstByte', 'lastByte', 'end'] as const

function timingsOf(timings: Timings): FlowDetail['timings'] {
  const told: FlowDetail['timings'] = { startedAt: timings.startedAt }
  for (const moment of moments) {
    const at = timings[moment]
    if (at !== undefined) told[moment] = at
  }
  return told
}
