/**
 * A flow: one request with its response, or one opaque tunnel. These are plain values; flows/ moves them through
 * their life and keeps them, proxy/ and streaming/ fill them in.
 */
import type { Arrivals } from './arrivals.ts'
import type { FlowError } from './errors.ts'
import type { AppliedModifier } from './modifier.ts'

/** Counts up from 1 within one engine. */
export type FlowId = number

/** Microseconds since the flow began, from the monotonic clock; absent when it did not happen. */
export type Micros = number

export type TlsInfo = {
  version: string // "TLSv1.3"
  alpn: string | undefined
  serverName: string | undefined
  certificate: CertificateInfo | undefined // the peer's; ours towards the client is not interesting
}

/** Dates are ISO 8601 in UTC. */
export type CertificateInfo = { subject: string; issuer: string; validFrom: string; validTo: string; sha256: string }

/** One connection; shared by the flows it carries, and never changed once a flow refers to it. */
export type ConnectionInfo = {
  id: number
  address: string
  port: number
  tls: TlsInfo | undefined
  /** Of an origin that is reached by an upstream proxy: its URL without credentials. Address and port are the proxy's. */
  via?: string | undefined
}

/**
 * How a head went out, told as what was done to it, so that the head is kept once.
 * `startLine` without CRLF; `drop` are indexes of received fields; `add` are whole fields, appended.
 */
export type HeadEdit = { startLine: string | undefined; drop: number[]; add: [name: string, value: string][] }

/**
 * What is kept of a body. `missing` is not "empty": nothing was kept, on purpose or because it could not be.
 * `partial`: its first bytes, or all but its gaps; `truncated`: all that came before the stream was cut.
 */
export type Recorded = 'complete' | 'missing' | 'partial' | 'truncated'

/** Where recorded bytes are. Content with its transfer coding removed and its content coding kept. */
export type RecordedBody = {
  state: Recorded
  /** Bytes from the first to the last that is kept, those of gaps in between as well. */
  length: number
  content: BodyContent | undefined
  /** What of all that passed is missing, in order, also behind `length`; absent: what `length` does not cover. */
  gaps?: readonly Gap[] | undefined
  /** When its pieces came; absent: all at once, or nobody has kept it. Its lengths may go beyond `length`. */
  arrivals?: Arrivals | undefined
}

/** Bytes of a body: `from` the first, `to` behind the last. */
export type Gap = { from: number; to: number }

/** What flows/ can keep: bytes in memory, or temporary files that go with the flow. */
export type BodyContent =
  { kind: 'memory'; bytes: Buffer } | { kind: 'file'; path: string } | { kind: 'files'; files: readonly FilePart[] }

/** A file with `length` bytes of a body, from its `offset` on. */
export type FilePart = { offset: number; length: number; path: string }

export type Message = {
  httpVersion: string // "1.1"
  /** Start line and fields as received, each line with its CRLF, without the empty line; latin1. */
  head: string
  /** What was changed before it was sent on; undefined: sent as received. */
  edit: HeadEdit | undefined
  /** Body bytes received, after transfer coding. */
  bytes: number
  /** Body bytes handed to the other side: of a response that a modifier changed, what came of it. */
  delivered: number
  chunks: number // received: transfer chunks, or reads of an unchunked body
  deliveredChunks: number
  trailers: string | undefined // field lines, as `head`
  body: RecordedBody
}

export type ResponseMessage = Message & { status: number }

export type Timings = {
  startedAt: number // Unix time in milliseconds
  dns: Micros | undefined // name resolved
  connect: Micros | undefined // TCP established
  tls: Micros | undefined // TLS established
  sent: Micros | undefined // last byte of the request handed to the origin
  firstByte: Micros | undefined // first byte of the final response head
  lastByte: Micros | undefined // last byte of the response received
  end: Micros | undefined // last byte delivered, or failed
}

/** How the response body reached the client and why, in words. Set once decided, refined at a crossover. */
export type FlowDelivery = {
  mode: 'buffered' | 'streamed' | 'tunnelled'
  reason: string
  /** Body bytes held when a buffered body turned streamed. */
  crossoverAt: number | undefined
}

/** Messages of a WebSocket that were complete; together as many as its index has, or had. */
export type MessageCounts = {
  /** Text and binary messages. */
  sent: number
  received: number
  /** Pings, pongs and closes, of both directions. */
  control: number
}

export type Flow = {
  readonly id: FlowId
  readonly method: string
  /** Absolute; for a tunnel the authority, "host:port". */
  readonly url: string
  client: ConnectionInfo
  origin: ConnectionInfo | undefined
  /** The origin's connection has carried a request before this one. */
  originReused: boolean
  request: Message
  /** Unset until the final head arrives; unset never means "empty". */
  response: ResponseMessage | undefined
  /** The status of Spillway's own answer, which the client got because there was none of the origin, or in its place. */
  answered?: number | undefined
  /** Heads of 1xx responses that were passed on. */
  informational: string[]
  delivery: FlowDelivery | undefined
  timings: Timings
  error: FlowError | undefined
  /** Those that were asked about the head or given the body, in order; undefined: none, as for most flows. */
  modifiers?: AppliedModifier[] | undefined
  /** The body as the client was sent it, where a modifier has had it; the response's own is what the origin sent. */
  modifiedBody?: RecordedBody | undefined
  /** Of a WebSocket: how many messages have passed. */
  messageCounts?: MessageCounts | undefined
  /**
   * Of a WebSocket that has ended: the index of its messages (main/websocket/message-index.ts). The bodies of its
   * request and its response are what the client has sent and received, frames and all.
   */
  messages?: RecordedBody | undefined
  /** What was asked for and could not be done, e.g. "rule 2 not applied: the buffer limit of 64m was reached". */
  notes: string[]
  state: 'open' | 'ended'
}

/** Bytes of it that are kept. */
export function keptBytes({ length, gaps = [] }: Pick<RecordedBody, 'length' | 'gaps'>): number {
  return gaps.reduce((kept, { from, to }) => kept - Math.max(0, Math.min(to, length) - from), length)
}

/** What is missing of it, however it was kept: of what nobody has kept, all. */
export function missingOf({ state, length, gaps }: RecordedBody): readonly Gap[] {
  if (gaps) return gaps
  const to = Number.MAX_SAFE_INTEGER
  return state === 'missing' ? [{ from: 0, to }] : state === 'partial' ? [{ from: length, to }] : []
}

export const nothingRecorded: RecordedBody = { state: 'missing', length: 0, content: undefined }
export const emptyRecorded: RecordedBody = { state: 'complete', length: 0, content: undefined }
