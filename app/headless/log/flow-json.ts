/**
 * A flow as one line of JSON, for scripts. Promises: always the same keys in the same order; what is absent is null;
 * sizes are bytes, `timings` microseconds since the flow began (`startedAt`: Unix milliseconds); header values are
 * the bytes of the wire, each as one character (latin1); `messages` counts text and binary messages of a WebSocket.
 */
import { clientStatus } from '../../../main/model/client-status.ts'
import type { FlowError } from '../../../main/model/errors.ts'
import type { ConnectionInfo, Flow, Message, ResponseMessage, Timings, TlsInfo } from '../../../main/model/flow.ts'
import type { AppliedModifier } from '../../../main/model/modifier.ts'
import { fieldsOf, headFieldsOf, sentHead } from './head-fields.ts'
import { visibleJson } from './visible-text.ts'

export const jsonLine = (flow: Flow): string => visibleJson(JSON.stringify(flowJson(flow)))

/** The value of a line. `status` is what the client was sent, `originStatus` what the origin answered. `response` is null when no final head has come; `recorded` "missing" is not "empty". */
export function flowJson(flow: Flow) {
  const { id, method, url, request, response, delivery, error, messageCounts, modifiers = [] } = flow
  return {
    id,
    method,
    url,
    status: clientStatus(flow) ?? null,
    originStatus: response?.status ?? null,
    httpVersion: request.httpVersion,
    delivery: delivery?.mode ?? null,
    reason: delivery?.reason ?? null,
    crossoverAt: delivery?.crossoverAt ?? null,
    request: messageJson(request),
    response: response ? responseJson(response, modifiers) : null,
    timings: timingsJson(flow.timings),
    error: error ? errorJson(error) : null,
    client: connectionJson(flow.client),
    origin: flow.origin
      ? { ...connectionJson(flow.origin), reused: flow.originReused, via: flow.origin.via ?? null }
      : null,
    notes: flow.notes,
    modifiers: modifiers.map(modifierJson),
    messages: messageCounts ? { sent: messageCounts.sent, received: messageCounts.received } : null,
  }
}

/** `file`, `line` and `column` say where a modifier has failed. */
function errorJson({ code, side, phase, message, file, line, column }: FlowError) {
  if (side !== 'modifier') return { code, side, phase, message }
  return { code, side, phase, message, file: file ?? null, line: line ?? null, column: column ?? null }
}

function modifierJson({ name, file, version, editedHead, choice, ...counts }: AppliedModifier) {
  const { chunksIn, bytesIn, chunksOut, bytesOut } = counts
  return { name, file, version, editedHead, choice: choice ?? null, chunksIn, bytesIn, chunksOut, bytesOut }
}

/** `status` and `headers` are the origin's; `sent` is what the client got instead where modifiers have changed the head. */
function responseJson(response: ResponseMessage, modifiers: readonly AppliedModifier[]) {
  const { httpVersion, status, head, edit } = response
  const sent = edit && modifiers.some(({ editedHead }) => editedHead) ? sentHead(status, head, edit) : null
  return { ...messageJson(response), httpVersion, sent }
}

function messageJson({ bytes, delivered, chunks, deliveredChunks, body, head, trailers }: Message) {
  return {
    bytes,
    delivered,
    chunks,
    deliveredChunks,
    recorded: body.state,
    headers: headFieldsOf(head),
    trailers: trailers === undefined ? null : fieldsOf(trailers),
  }
}

function timingsJson({ startedAt, dns, connect, tls, sent, firstByte, lastByte, end }: Timings) {
  return {
    startedAt,
    dns: dns ?? null,
    connect: connect ?? null,
    tls: tls ?? null,
    sent: sent ?? null,
    firstByte: firstByte ?? null,
    lastByte: lastByte ?? null,
    end: end ?? null,
  }
}

function connectionJson({ id, address, port, tls }: ConnectionInfo) {
  return { id, address, port, tls: tls ? tlsJson(tls) : null }
}

function tlsJson({ version, alpn, serverName, certificate }: TlsInfo) {
  return {
    version,
    alpn: alpn ?? null,
    serverName: serverName ?? null,
    certificate: certificate
      ? {
          subject: certificate.subject,
          issuer: certificate.issuer,
          validFrom: certificate.validFrom,
          validTo: certificate.validTo,
          sha256: certificate.sha256,
        }
      : null,
  }
}
