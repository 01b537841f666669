/** What crosses between the window and its host about modifiers: the list, the editor, dry runs, the console pane. */
import * as v from 'valibot'
import { flowId } from './flow-row.ts'

/** Bytes of one chunk that a dry run shows; the rest is told by its length. */
export const shownChunkBytes = 16 * 1024
/** Characters of one modifier's source. */
export const mostSource = 256 * 1024

const nothing = v.undefined()
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const text = v.pipe(v.string(), v.maxLength(mostSource))
const glob = v.optional(v.pipe(v.string(), v.maxLength(2000)))

/** Globs as in a streaming rule; an absent field matches everything. */
const match = v.object({ host: glob, path: glob, method: glob, type: glob, status: glob })

/** Names a modifier for as long as it is in the list. */
const modifierId = v.pipe(v.string(), v.maxLength(4096))

/** Lines and columns count from 1, in the user's file. */
const problem = v.object({
  code: v.string(),
  message: v.string(),
  line: v.optional(v.number()),
  column: v.optional(v.number()),
})

/** One line of the list. */
const modifierRow = v.object({
  id: modifierId,
  /** The file's name with its extension. */
  name: v.string(),
  /** Its whole path. */
  file: v.string(),
  /** In the list, but applied to nothing. */
  off: v.boolean(),
  /** Given on the command line: it can be neither moved nor removed here. */
  fixed: v.boolean(),
  /** It is in `folder`: it can be renamed, and removing it takes its file away. Others are only taken off the list. */
  kept: v.boolean(),
  /** When the file was last changed, Unix time in milliseconds: another value means another source. Absent: it is gone. */
  changedAt: v.optional(v.number()),
  /** What the user has set in the panel; wins field by field over `exported`. */
  match,
  /** What the file exports; of one that has not run, what is written in it. */
  exported: match,
  /** That is known. Otherwise it shows when the modifier runs. */
  isRead: v.boolean(),
  recode: v.boolean(),
  /**
   * `applied` means running now, also when the file on disk is broken: then `problem` says why the last good version is
   * still the one applied. `killed`: switched off by itself, after its sandbox had to be ended three times in a minute.
   */
  status: v.picklist(['off', 'loading', 'applied', 'broken', 'killed']),
  /** Of the version that is applied; counts up with each saved change. */
  version: v.number(),
  problem: v.optional(problem),
  /** The last failure on a flow; `version`: the one that flow ran with. */
  failure: v.optional(v.object({ ...problem.entries, flow: v.number(), at: v.number(), version: v.number() })),
  transforms: v.boolean(),
  readsHead: v.boolean(),
  stats: v.object({
    flows: count,
    running: count,
    chunksIn: count,
    bytesIn: count,
    chunksOut: count,
    bytesOut: count,
    /** Milliseconds of the modifier's own work per chunk. */
    medianMs: v.optional(v.number()),
    worstMs: v.optional(v.number()),
    errors: count,
  }),
})

const modifiersState = v.object({
  rows: v.array(modifierRow),
  /** Where new ones are kept. */
  folder: v.string(),
  /** Why modifiers cannot run at all, e.g. the self-test of their sandbox; a sentence. */
  problem: v.optional(v.string()),
})

const logEntry = v.object({ position: v.number(), at: v.number(), flow: v.number(), text: v.string() })

const chunkShown = v.object({
  /** At most shownChunkBytes of it. */
  bytes: v.instance(Uint8Array),
  length: count,
})

/**
 * What happened in a dry run, in order. `in`: a chunk was pulled; `out`: one was yielded; `ownMs` went into it since the
 * modifier last pulled or yielded, without waiting for input. `atMs` since the run began. When there are too many steps to keep, an `error` with the code
 * TOO_MANY_STEPS says so, and the run ends.
 */
const dryRunStep = v.variant('kind', [
  v.object({ kind: v.literal('in'), atMs: v.number(), chunk: chunkShown }),
  v.object({ kind: v.literal('out'), atMs: v.number(), ownMs: v.number(), chunk: chunkShown }),
  v.object({ kind: v.literal('log'), atMs: v.number(), text: v.string() }),
  /** What the source exports as its match, and for whose sake it would not run on this flow in traffic; first. */
  v.object({
    kind: v.literal('match'),
    atMs: v.number(),
    exported: match,
    misses: v.array(v.object({ field: v.picklist(['host', 'path', 'method', 'type', 'status']), value: v.string() })),
  }),
  /** What responseHead answered. */
  v.object({
    kind: v.literal('head'),
    atMs: v.number(),
    choice: v.optional(v.picklist(['stream', 'buffer', 'transform'])),
    status: v.optional(v.number()),
    headers: v.optional(v.array(v.tuple([v.string(), v.string()]))),
  }),
  v.object({ kind: v.literal('error'), atMs: v.number(), problem }),
  v.object({ kind: v.literal('end'), atMs: v.number() }),
])

const dryRunInput = v.variant('kind', [
  /** The recorded body of a captured response, decoded. */
  v.object({ kind: v.literal('flow'), id: flowId }),
  /** `cut`: chunks of so many bytes; absent: one chunk. */
  v.object({ kind: v.literal('text'), text, cut: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))) }),
  /** A built-in event stream, as a language model would send it. */
  v.object({ kind: v.literal('sample') }),
])

export const modifierQueries = {
  'modifiers.list': { input: nothing, output: modifiersState },
  /** The file as it is on disk. Fails with GONE when it cannot be read. */
  'modifiers.source': { input: v.object({ id: modifierId }), output: v.object({ source: v.string() }) },
  /** The starters that come with the app. */
  'modifiers.starters': {
    input: nothing,
    output: v.array(v.object({ name: v.string(), summary: v.string(), source: v.string() })),
  },
  /** What `log` was given, behind `after`; the oldest are dropped (`dropped` in all). */
  'modifiers.log': {
    input: v.object({ id: modifierId, after: count }),
    output: v.object({ entries: v.array(logEntry), position: v.number(), dropped: v.number() }),
  },
  /** Ended flows on which a modifier of this match would run in traffic, of the newest 5,000. */
  'modifiers.matching': { input: v.object({ match }), output: v.object({ ids: v.array(flowId) }) },
  /** Steps of a dry run behind `after`; waits up to 250 ms for one. Fails with GONE when the run is forgotten. */
  'modifiers.dryRunSteps': {
    input: v.object({ run: v.string(), after: count }),
    output: v.object({ steps: v.array(dryRunStep), position: v.number(), running: v.boolean() }),
  },
}

export const modifierCommands = {
  /** Makes a file in the folder and puts it at the end of the list, on. A name that is taken gets a number. */
  'modifiers.add': {
    input: v.object({ name: v.string(), source: text, off: v.optional(v.boolean()) }),
    output: v.object({ id: modifierId }),
  },
  /**
   * Writes the file (atomically) and applies it. What is broken is written but not applied: `problem` says why, and the
   * last good version stays.
   */
  'modifiers.save': {
    input: v.object({ id: modifierId, source: text }),
    output: v.object({ problem: v.optional(problem) }),
  },
  'modifiers.rename': {
    input: v.object({ id: modifierId, name: v.string() }),
    output: v.object({ id: modifierId }),
  },
  /**
   * Takes it off the list, and its file away when that is in the folder; the answer is what brings it back by
   * `modifiers.add`.
   */
  'modifiers.remove': {
    input: v.object({ id: modifierId }),
    output: v.object({ name: v.string(), source: v.string() }),
  },
  /** Order, switches, match fields and coding of all that are not fixed; ids that are absent keep their place at the end. */
  'modifiers.arrange': {
    input: v.object({
      rows: v.array(v.object({ id: modifierId, off: v.boolean(), match, recode: v.boolean() })),
    }),
    output: modifiersState,
  },
  /** Begins a dry run of what is in the editor, saved or not; no traffic. One for a window: the one before is ended. */
  'modifiers.dryRun': {
    input: v.object({
      /** Shown in errors. */
      name: v.string(),
      source: text,
      input: dryRunInput,
      /** What is set in the panel; wins field by field over what the source exports. */
      match: v.optional(match),
      /** As the chunks came when they were recorded, or all at once. */
      speed: v.picklist(['recorded', 'once']),
    }),
    /** `note`: what is different from real traffic, e.g. that times were not recorded; a sentence. */
    output: v.object({ run: v.string(), note: v.optional(v.string()) }),
  },
  'modifiers.dryRunStop': { input: v.object({ run: v.string() }), output: nothing },
}

export const modifierEvents = {
  /** At most four a second. */
  modifiers: modifiersState,
}

export type ModifierRow = v.InferOutput<typeof modifierRow>
export type ModifiersState = v.InferOutput<typeof modifiersState>
export type ModifierMatchFields = v.InferOutput<typeof match>
export type ModifierProblem = v.InferOutput<typeof problem>
export type DryRunMiss = Extract<DryRunStep, { kind: 'match' }>['misses'][number]
export type DryRunStep = v.InferOutput<typeof dryRunStep>
export type ModifierLogEntry = v.InferOutput<typeof logEntry>
