/** Everything about one flow but the bytes of its bodies: what the inspector shows. Mirrors main/model/flow.ts. */
import * as v from 'valibot'
import { flowId, flowStates } from './flow-row.ts'

const micros = v.optional(v.number())

const certificate = v.object({
  subject: v.string(),
  issuer: v.string(),
  validFrom: v.string(),
  validTo: v.string(),
  sha256: v.string(),
})

const connection = v.object({
  id: v.number(),
  address: v.string(),
  port: v.number(),
  /** Of an origin: the upstream proxy it was reached by, whose address this is then. */
  via: v.optional(v.string()),
  tls: v.optional(
    v.object({
      version: v.string(),
      alpn: v.optional(v.string()),
      serverName: v.optional(v.string()),
      certificate: v.optional(certificate),
    }),
  ),
})

const edit = v.object({
  startLine: v.optional(v.string()),
  drop: v.array(v.number()),
  add: v.array(v.tuple([v.string(), v.string()])),
})

const recorded = v.picklist(['complete', 'missing', 'partial', 'truncated'])

/** What a modifier did to this flow; numbers go on growing while it runs. */
const appliedModifier = v.object({
  name: v.string(),
  file: v.string(),
  version: v.number(),
  editedHead: v.boolean(),
  /** What became of the body by it: its generator had it, or `responseHead` said how to deliver it. */
  choice: v.optional(v.picklist(['stream', 'buffer', 'transform'])),
  chunksIn: v.number(),
  bytesIn: v.number(),
  chunksOut: v.number(),
  bytesOut: v.number(),
})

const messageEntries = {
  httpVersion: v.string(),
  /** Start line and fields as received, each with its CRLF; latin1. */
  head: v.string(),
  edit: v.optional(edit),
  bytes: v.number(),
  delivered: v.number(),
  chunks: v.number(),
  deliveredChunks: v.number(),
  trailers: v.optional(v.string()),
  /** What is kept of the body; its bytes are pulled with `flows.body`. */
  recorded,
  recordedBytes: v.number(),
}

export const flowDetail = v.object({
  id: flowId,
  state: v.picklist(flowStates),
  method: v.string(),
  url: v.string(),
  client: connection,
  origin: v.optional(connection),
  originReused: v.boolean(),
  request: v.object(messageEntries),
  response: v.optional(v.object({ ...messageEntries, status: v.number() })),
  /** The status of Spillway's own answer, which the client got instead of a response. */
  answered: v.optional(v.number()),
  informational: v.array(v.string()),
  delivery: v.optional(
    v.object({
      mode: v.picklist(['buffered', 'streamed', 'tunnelled']),
      reason: v.string(),
      crossoverAt: v.optional(v.number()),
    }),
  ),
  timings: v.object({
    startedAt: v.number(),
    dns: micros,
    connect: micros,
    tls: micros,
    sent: micros,
    firstByte: micros,
    lastByte: micros,
    end: micros,
  }),
  error: v.optional(
    v.object({
      code: v.string(),
      side: v.string(),
      phase: v.string(),
      message: v.string(),
      /** Of a modifier that failed; lines and columns count from 1. */
      file: v.optional(v.string()),
      line: v.optional(v.number()),
      column: v.optional(v.number()),
    }),
  ),
  /** Those that were applied, in order; absent: none. */
  modifiers: v.optional(v.array(appliedModifier)),
  /** What is kept of the body as the client was sent it (`flows.body`, side `delivered`); absent: it is the response's. */
  delivered: v.optional(v.object({ recorded, recordedBytes: v.number() })),
  /** Of a WebSocket: its messages, which are pulled with `flows.messages`; its bodies are their bytes, frames and all. */
  messages: v.optional(
    v.object({
      /** Text and binary messages. */
      sent: v.number(),
      received: v.number(),
      /** Pings, pongs and closes, of both directions. */
      control: v.number(),
      /** What is kept of the list of them; while it runs, nobody knows yet: absent. */
      recorded: v.optional(recorded),
    }),
  ),
  notes: v.array(v.string()),
})

export type FlowDetail = v.InferOutput<typeof flowDetail>
export type FlowMessage = FlowDetail['request']
