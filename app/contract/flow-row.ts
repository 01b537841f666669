/** What the flow list knows of a flow: small, flat, and the same for running and ended ones. */
import * as v from 'valibot'

/**
 * The looks a flow can have. `pending`: no response yet; `held`: its body is being held. Three ends are nobody's failure:
 * `left`: the client went away; `killed`: the user ended it; `stopped`: it still ran when the capture was stopped.
 */
export const flowStates = [
  'pending',
  'held',
  'streaming',
  'tunnelled',
  'done',
  'failed',
  'left',
  'killed',
  'stopped',
] as const
export type FlowState = (typeof flowStates)[number]

export const flowId = v.pipe(v.number(), v.integer(), v.minValue(1))
const micros = v.optional(v.number())

export const flowRow = v.object({
  id: flowId,
  state: v.picklist(flowStates),
  method: v.string(),
  /** Absolute; for a tunnel the authority. */
  url: v.string(),
  /** Without port where it is the scheme's own. */
  host: v.string(),
  /** With its query; empty for a tunnel. */
  path: v.string(),
  /** As the client was sent it. */
  status: v.optional(v.number()),
  /** Media type without parameters; of a WebSocket "websocket". */
  type: v.optional(v.string()),
  /** Body bytes handed to the client so far; while it is held, or when it failed before any were, those received. */
  size: v.number(),
  /** Unix time in milliseconds. */
  startedAt: v.number(),
  /** Microseconds since it began. */
  firstByte: micros,
  end: micros,
  mode: v.optional(v.picklist(['buffered', 'streamed', 'tunnelled'])),
  /** Why, in words. */
  reason: v.optional(v.string()),
  crossoverAt: v.optional(v.number()),
  recorded: v.optional(v.picklist(['complete', 'missing', 'partial', 'truncated'])),
  /** A sentence. */
  error: v.optional(v.string()),
  /** How many things were asked for and could not be done. */
  notes: v.number(),
  /** Of a WebSocket: text and binary messages so far, as the client sees them, and control frames of both directions. */
  messages: v.optional(v.object({ sent: v.number(), received: v.number(), control: v.number() })),
  /** Names of the modifiers that were applied, in order; absent: none. */
  modifiers: v.optional(v.array(v.string())),
})

export type FlowRow = v.InferOutput<typeof flowRow>
