/** Modifiers as plain values: what a user sets, what a file exports, how one fails. main/modifiers runs them. */

/** One line of the ordered list of modifiers. */
export type ModifierEntry = {
  /** Absolute path of a TypeScript or JavaScript file. */
  file: string
  /** Kept in the list, but applied to nothing. */
  off?: boolean
  /** Instead of what the file exports, field by field. */
  match?: ModifierMatch
  /** What it makes of decoded bytes goes out in the origin's coding again, flushed chunk by chunk. */
  recode?: boolean
}

/** Which responses: all fields must match, and an absent one matches everything. Written as in a streaming rule. */
export type ModifierMatch = { host?: string; path?: string; method?: string; type?: string; status?: string }

/** What a file has been found to export. */
export type ModifierExports = {
  match: ModifierMatch
  /** A generator function for the body. */
  transforms: boolean
  /** `responseHead`, which is asked before the delivery is decided. */
  readsHead: boolean
  /** It wants content with its codings removed; `export const decode = false` says no. */
  decode: boolean
}

export type ModifierErrorCode =
  | 'MODIFIER_THREW' // the user's code threw
  | 'MODIFIER_YIELD' // it yielded something else than bytes or a string
  | 'MODIFIER_HUNG' // neither pull nor yield for too long, or an endless loop
  | 'MODIFIER_MEMORY' // its sandbox used more memory than it may
  | 'MODIFIER_CUT' // the modifier asked for the cut: cutAfter
  | 'MODIFIER_HEAD' // responseHead answered with something that is no head and no choice
  | 'MODIFIER_BROKEN' // the file cannot be read, compiled or run at all
  | 'MODIFIER_LOST' // its sandbox ended without a word of why

/** Why a modifier failed. `message` is a sentence that names the modifier. Lines and columns count from 1, in the user's file. */
export type ModifierFailure = {
  code: ModifierErrorCode
  message: string
  file: string
  line: number | undefined
  column: number | undefined
}

/** What a modifier is told of its flow; frozen in the sandbox. Fields in wire order, duplicates and case kept. */
export type ModifierFlow = {
  id: number
  client: { address: string }
  request: { method: string; url: string; httpVersion: string; headers: [name: string, value: string][] }
  response: { status: number; httpVersion: string; headers: [name: string, value: string][] }
}

/** What `responseHead` answered. Absent fields: unchanged. */
export type HeadVerdict = {
  status?: number
  headers?: [name: string, value: string][]
  /** `transform`: it returned a generator function, which takes the place of the file's own for this flow. */
  choice?: 'stream' | 'buffer' | 'transform'
}

/** What a modifier did to one flow; on the flow. */
export type AppliedModifier = {
  /** The file's name without its extension. */
  name: string
  file: string
  /** Counts the versions of the file that have been applied since the start, from 1. */
  version: number
  /** `responseHead` changed the head. */
  editedHead: boolean
  /** What became of the body by it: its generator had it (`transform`), or responseHead said how to deliver it. */
  choice?: 'stream' | 'buffer' | 'transform'
  chunksIn: number
  bytesIn: number
  chunksOut: number
  bytesOut: number
}

export type ModifierStats = {
  flows: number
  running: number
  chunksIn: number
  bytesIn: number
  chunksOut: number
  bytesOut: number
  /** Milliseconds of the modifier's own work per chunk that it read, without its waits; measured in the sandbox. */
  medianMs: number | undefined
  worstMs: number | undefined
  errors: number
}

export const noStats: ModifierStats = {
  flows: 0,
  running: 0,
  chunksIn: 0,
  bytesIn: 0,
  chunksOut: 0,
  bytesOut: 0,
  medianMs: undefined,
  worstMs: undefined,
  errors: 0,
}
