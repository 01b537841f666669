/** The mirror of pack.ts. */
import type { FlowError } from '../../model/errors.ts'
import type { ConnectionInfo, Flow, FlowDelivery, HeadEdit, Message, RecordedBody, TlsInfo } from '../../model/flow.ts'
import type { AppliedModifier } from '../../model/modifier.ts'
import { ByteReader } from './byte-reader.ts'
import { has, messageHas, states, type BodyPlace, type BodyPlaces } from './pack.ts'

/** `end`: behind the record. */
export type Unpacked = {
  flow: Flow
  places: BodyPlaces
  end: number
}

/** Reads the record at `at`, and its connections from where it says that they are in the same bytes. */
export function unpackFlow(bytes: Buffer, at: number): Unpacked {
  const reader = new ByteReader(bytes, at)
  const parts = reader.number()
  const id = reader.number()
  const method = reader.text()
  const url = reader.text()
  const client = unpackConnection(bytes, reader.number())
  const origin = parts & has.origin ? unpackConnection(bytes, reader.number()) : undefined
  const timings = {
    startedAt: reader.number(),
    dns: reader.optionalNumber(),
    connect: reader.optionalNumber(),
    tls: reader.optionalNumber(),
    sent: reader.optionalNumber(),
    firstByte: reader.optionalNumber(),
    lastByte: reader.optionalNumber(),
    end: reader.optionalNumber(),
  }
  const request = unpackMessage(reader)
  const status = parts & has.response ? reader.number() : undefined
  const response = status === undefined ? undefined : unpackMessage(reader)
  const delivery = parts & has.delivery ? unpackDelivery(reader) : undefined
  const informational = parts & has.informational ? reader.texts() : []
  const notes = parts & has.notes ? reader.texts() : []
  const error = parts & has.error ? unpackError(reader) : undefined
  const modifiers = parts & has.modifiers ? unpackModifiers(reader) : undefined
  const delivered = parts & has.modifiedBody ? unpackBody(reader) : undefined
  const messageCounts =
    parts & has.messageCounts
      ? { sent: reader.number(), received: reader.number(), control: reader.number() }
      : undefined
  const messages = parts & has.messages ? unpackBody(reader) : undefined
  const answered = parts & has.answered ? reader.number() : undefined
  const flow: Flow = {
    id,
    method,
    url,
    client,
    origin,
    originReused: (parts & has.originReused) !== 0,
    request: request.message,
    response: response === undefined || status === undefined ? undefined : { ...response.message, status },
    informational,
    delivery,
    timings,
    error,
    modifiers,
    modifiedBody: delivered?.body,
    messageCounts,
    messages: messages?.body,
    answered,
    notes,
    state: 'ended',
  }
  return {
    flow,
    places: {
      request: request.place,
      response: response?.place,
      delivered: delivered?.place,
      messages: messages?.place,
    },
    end: reader.at,
  }
}

function unpackMessage(reader: ByteReader): { message: Message; place: BodyPlace | undefined } {
  const parts = reader.number()
  const httpVersion = reader.text()
  const head = reader.text()
  const [bytes, delivered, chunks, deliveredChunks] = [
    reader.number(),
    reader.number(),
    reader.number(),
    reader.number(),
  ]
  const { body, place } = unpackBodyOf(reader, parts)
  const edit = parts & messageHas.edit ? unpackEdit(reader) : undefined
  const trailers = parts & messageHas.trailers ? reader.text() : undefined
  return {
    message: { httpVersion, head, edit, bytes, delivered, chunks, deliveredChunks, trailers, body },
    place,
  }
}

function unpackBody(reader: ByteReader): { body: RecordedBody; place: BodyPlace | undefined } {
  return unpackBodyOf(reader, reader.number())
}

function unpackBodyOf(reader: ByteReader, parts: number): { body: RecordedBody; place: BodyPlace | undefined } {
  const state = states[Math.floor(parts / messageHas.state) % 4] ?? 'missing'
  const body: RecordedBody = { state, length: reader.number(), content: undefined }
  const has = (parts & messageHas.place) !== 0
  const place = has ? { segment: reader.number(), offset: reader.number(), length: reader.number() } : undefined
  if (parts & messageHas.arrivals) body.arrivals = reader.text()
  if (parts & messageHas.gaps) {
    body.gaps = Array.from({ length: reader.number() }, () => ({ from: reader.number(), to: reader.number() }))
  }
  return { body, place }
}

function unpackEdit(reader: ByteReader): HeadEdit {
  const edit: HeadEdit = { startLine: reader.optionalText(), drop: [], add: [] }
  for (let left = reader.number(); left > 0; left--) edit.drop.push(reader.number())
  for (let left = reader.number(); left > 0; left--) edit.add.push([reader.text(), reader.text()])
  return edit
}

// The texts below were written from values of these types, so they are such values again.

function unpackDelivery(reader: ByteReader): FlowDelivery {
  return { mode: reader.text() as FlowDelivery['mode'], reason: reader.text(), crossoverAt: reader.optionalNumber() }
}

function unpackError(reader: ByteReader): FlowError {
  const error: FlowError = {
    code: reader.text() as FlowError['code'],
    side: reader.text() as FlowError['side'],
    phase: reader.text() as FlowError['phase'],
    message: reader.text(),
  }
  const [file, line, column] = [reader.optionalText(), reader.optionalNumber(), reader.optionalNumber()]
  return file === undefined ? error : { ...error, file, line, column }
}

function unpackModifiers(reader: ByteReader): AppliedModifier[] {
  const modifiers: AppliedModifier[] = []
  for (let left = reader.number(); left > 0; left--) {
    const [name, file, version, editedHead] = [reader.text(), reader.text(), reader.number(), reader.number() === 1]
    const choice = reader.optionalText() as AppliedModifier['choice']
    modifiers.push({
      name,
      file,
      version,
      editedHead,
      ...(choice !== undefined && { choice }),
      chunksIn: reader.number(),
      bytesIn: reader.number(),
      chunksOut: reader.number(),
      bytesOut: reader.number(),
    })
  }
  return modifiers
}

function unpackConnection(bytes: Buffer, at: number): ConnectionInfo {
  const reader = new ByteReader(bytes, at)
  const [id, address, port, via] = [reader.number(), reader.text(), reader.number(), reader.optionalText()]
  const connection = { id, address, port, tls: unpackTls(reader) }
  return via === undefined ? connection : { ...connection, via }
}

function unpackTls(reader: ByteReader): TlsInfo | undefined {
  const version = reader.optionalText()
  if (version === undefined) return undefined
  const [alpn, serverName, subject] = [reader.optionalText(), reader.optionalText(), reader.optionalText()]
  const certificate =
    subject === undefined
      ? undefined
      : { subject, issuer: reader.text(), validFrom: reader.text(), validTo: reader.text(), sha256: reader.text() }
  return { version, alpn, serverName, certificate }
}
