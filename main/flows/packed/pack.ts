/**
 * One flow as a record, and back in unpack.ts. Connections are shared by many flows, so they are written once
 * wherever the caller puts them, and a record only tells where.
 */
import type { ConnectionInfo, Flow, Message, Recorded, RecordedBody } from '../../model/flow.ts'
import type { AppliedModifier } from '../../model/modifier.ts'
import type { PerBody } from '../store.ts'
import type { ByteWriter } from './byte-writer.ts'

/** Where the recorded bytes of one body are: in a temporary file of their own, or in a body segment. */
export type BodyPlace = { segment: number; offset: number; length: number }
export type BodyPlaces = Readonly<PerBody<BodyPlace>>

/** Which parts a record has; one number at its start. */
export const has = {
  origin: 1,
  originReused: 2,
  response: 4,
  informational: 8,
  delivery: 16,
  error: 32,
  notes: 64,
  modifiers: 128,
  modifiedBody: 256,
  messageCounts: 512,
  messages: 1024,
  answered: 2048,
} as const

/** The same for a message; the two bits from `state` on are an index into `states`. */
export const messageHas = { edit: 1, trailers: 2, place: 4, state: 8, arrivals: 32, gaps: 64 } as const
export const states: readonly Recorded[] = ['complete', 'missing', 'partial', 'truncated']
const stateBits: Record<Recorded, number> = {
  complete: 0,
  missing: messageHas.state,
  partial: 2 * messageHas.state,
  truncated: 3 * messageHas.state,
}

/** `client` and `origin` tell where the flow's connections were put. */
export function packFlow(writer: ByteWriter, flow: Flow, client: number, origin: number, places: BodyPlaces): void {
  const { response, timings, modifiers, modifiedBody, messageCounts, messages } = flow
  writer.number(
    (flow.origin === undefined ? 0 : has.origin) |
      (flow.originReused ? has.originReused : 0) |
      (response === undefined ? 0 : has.response) |
      (flow.informational.length === 0 ? 0 : has.informational) |
      (flow.delivery === undefined ? 0 : has.delivery) |
      (flow.error === undefined ? 0 : has.error) |
      (flow.notes.length === 0 ? 0 : has.notes) |
      (modifiers === undefined ? 0 : has.modifiers) |
      (modifiedBody === undefined ? 0 : has.modifiedBody) |
      (messageCounts === undefined ? 0 : has.messageCounts) |
      (messages === undefined ? 0 : has.messages) |
      (flow.answered === undefined ? 0 : has.answered),
  )
  writer.number(flow.id)
  writer.text(flow.method)
  writer.text(flow.url)
  writer.number(client)
  if (flow.origin !== undefined) writer.number(origin)
  writer.number(timings.startedAt)
  writer.optionalNumber(timings.dns)
  writer.optionalNumber(timings.connect)
  writer.optionalNumber(timings.tls)
  writer.optionalNumber(timings.sent)
  writer.optionalNumber(timings.firstByte)
  writer.optionalNumber(timings.lastByte)
  writer.optionalNumber(timings.end)
  packMessage(writer, flow.request, places.request)
  if (response !== undefined) {
    writer.number(response.status)
    packMessage(writer, response, places.response)
  }
  if (flow.delivery !== undefined) {
    writer.text(flow.delivery.mode)
    writer.text(flow.delivery.reason)
    writer.optionalNumber(flow.delivery.crossoverAt)
  }
  if (flow.informational.length > 0) writer.texts(flow.informational)
  if (flow.notes.length > 0) writer.texts(flow.notes)
  if (flow.error !== undefined) {
    writer.text(flow.error.code)
    writer.text(flow.error.side)
    writer.text(flow.error.phase)
    writer.text(flow.error.message)
    writer.optionalText(flow.error.file)
    writer.optionalNumber(flow.error.line)
    writer.optionalNumber(flow.error.column)
  }
  if (modifiers !== undefined) packModifiers(writer, modifiers)
  if (modifiedBody !== undefined) packBody(writer, modifiedBody, places.delivered)
  if (messageCounts !== undefined) {
    writer.number(messageCounts.sent)
    writer.number(messageCounts.received)
    writer.number(messageCounts.control)
  }
  if (messages !== undefined) packBody(writer, messages, places.messages)
  if (flow.answered !== undefined) writer.number(flow.answered)
}

function packModifiers(writer: ByteWriter, modifiers: readonly AppliedModifier[]): void {
  writer.number(modifiers.length)
  for (const modifier of modifiers) {
    writer.text(modifier.name)
    writer.text(modifier.file)
    writer.number(modifier.version)
    writer.number(modifier.editedHead ? 1 : 0)
    writer.optionalText(modifier.choice)
    writer.number(modifier.chunksIn)
    writer.number(modifier.bytesIn)
    writer.number(modifier.chunksOut)
    writer.number(modifier.bytesOut)
  }
}

function packBody(writer: ByteWriter, body: RecordedBody, place: BodyPlace | undefined): void {
  writer.number(bodyParts(body, place))
  writer.number(body.length)
  packRest(writer, body, place)
}

/** Behind the length. */
function packRest(writer: ByteWriter, body: RecordedBody, place: BodyPlace | undefined): void {
  if (place !== undefined) packPlace(writer, place)
  if (body.arrivals !== undefined) writer.text(body.arrivals)
  if (body.gaps === undefined) return
  writer.number(body.gaps.length)
  for (const { from, to } of body.gaps) {
    writer.number(from)
    writer.number(to)
  }
}

function bodyParts(body: RecordedBody, place: BodyPlace | undefined): number {
  return (
    (place === undefined ? 0 : messageHas.place) |
    (body.arrivals === undefined ? 0 : messageHas.arrivals) |
    (body.gaps === undefined ? 0 : messageHas.gaps) |
    stateBits[body.state]
  )
}

function packPlace(writer: ByteWriter, place: BodyPlace): void {
  writer.number(place.segment)
  writer.number(place.offset)
  writer.number(place.length)
}

function packMessage(writer: ByteWriter, message: Message, place: BodyPlace | undefined): void {
  const { edit, body } = message
  writer.number(
    (edit === undefined ? 0 : messageHas.edit) |
      (message.trailers === undefined ? 0 : messageHas.trailers) |
      bodyParts(body, place),
  )
  writer.text(message.httpVersion)
  writer.text(message.head)
  writer.number(message.bytes)
  writer.number(message.delivered)
  writer.number(message.chunks)
  writer.number(message.deliveredChunks)
  writer.number(body.length)
  packRest(writer, body, place)
  if (edit !== undefined) {
    writer.optionalText(edit.startLine)
    writer.number(edit.drop.length)
    for (const index of edit.drop) writer.number(index)
    writer.number(edit.add.length)
    for (const [name, value] of edit.add) {
      writer.text(name)
      writer.text(value)
    }
  }
  if (message.trailers !== undefined) writer.text(message.trailers)
}

/** Read back by unpackConnection. */
export function packConnection(writer: ByteWriter, connection: ConnectionInfo): void {
  const { tls } = connection
  writer.number(connection.id)
  writer.text(connection.address)
  writer.number(connection.port)
  writer.optionalText(connection.via)
  // The version comes first and is always there: its absence is the absence of all.
  writer.optionalText(tls?.version)
  if (tls === undefined) return
  writer.optionalText(tls.alpn)
  writer.optionalText(tls.serverName)
  writer.optionalText(tls.certificate?.subject)
  if (tls.certificate === undefined) return
  writer.text(tls.certificate.issuer)
  writer.text(tls.certificate.validFrom)
  writer.text(tls.certificate.validTo)
  writer.text(tls.certificate.sha256)
}
