/**
 * Everything that crosses between the window and its host, once: each query, command and event with the schemas of
 * what goes in and what comes out. Handlers (app/host) and the window's client (renderer/client) are mapped types over
 * this object: a missing handler or a wrong type does not compile. Adding a call is one edit here and one handler.
 *
 * Two wires carry it, Electron's IPC and a WebSocket; wire.ts says how. A query changes nothing and may be asked again.
 */
import * as v from 'valibot'
import { flowDetail } from './flow-detail.ts'
import { flowId, flowRow } from './flow-row.ts'
import { messageQueries } from './messages.ts'
import { modifierCommands, modifierEvents, modifierQueries } from './modifiers.ts'
import type { Values } from './options.ts'

/** Bytes of a body in one answer. */
export const pageBytes = 256 * 1024
/** Rows in one page of the list. */
export const pageRows = 2000
/** Of a stream that is watched: its last bytes. */
export const tailBytes = 16 * 1024

const nothing = v.undefined()
/** `delivered`: what the client was sent, where a modifier has changed it. */
const side = v.picklist(['request', 'response', 'delivered'])
const offset = v.pipe(v.number(), v.integer(), v.minValue(0))
const bytes = v.instance(Uint8Array)
const count = v.pipe(v.number(), v.integer(), v.minValue(0))

/** The capture: the engine listening, or not. Flows stay when it stops. */
const captureState = v.object({
  status: v.picklist(['stopped', 'starting', 'capturing', 'stopping']),
  /** While capturing. */
  address: v.optional(v.object({ host: v.string(), port: v.number() })),
  /** While capturing: the ports that stand for an origin, which is asked as `url`; absent: none. */
  reverse: v.optional(v.array(v.object({ host: v.string(), port: v.number(), url: v.string() }))),
  /** Why it did not start, or stopped by itself; a sentence. */
  problem: v.optional(v.string()),
  /** It could not listen where it should: another port is the way out. */
  badAddress: v.optional(v.boolean()),
})

/** The keys of the config file (assets/spillway.schema.json); absent: the default holds. */
const settingsValues = v.custom<Values>((value) => typeof value === 'object' && value !== null)

const settingsState = v.object({
  values: settingsValues,
  /** Where they are kept. */
  file: v.string(),
  /** Keys given on the command line or in the environment: they win, and the panel cannot change them. */
  fixed: v.array(v.string()),
  /** Which take effect at the next start of the capture, or of the program. */
  later: v.array(v.string()),
  /** What was wrong with the file when it was read, and where it was put; a sentence. */
  problem: v.optional(v.string()),
})

export const menuItems = ['clear', 'find', 'settings', 'shortcuts'] as const
export type MenuItem = (typeof menuItems)[number]

const mode = v.picklist(['buffered', 'streamed'])

export const contract = {
  queries: {
    ...modifierQueries,
    ...messageQueries,
    'app.info': {
      input: nothing,
      output: v.object({
        host: v.picklist(['web', 'desktop']),
        version: v.string(),
        platform: v.string(), // of Node: "linux", "darwin", "win32"
      }),
    },
    'capture.state': { input: nothing, output: captureState },
    /** The CA certificate, made when there is none. */
    'ca.get': {
      input: nothing,
      output: v.object({
        pem: v.string(),
        file: v.string(),
        subject: v.string(),
        validTo: v.string(),
        sha256: v.string(),
      }),
    },
    /**
     * A page of the list as it is when it is answered, oldest first by id; `seq` is that of the last `flows` event before
     * it, all of which it contains. A new `epoch` (clear, restart) makes all that was known before void.
     */
    'flows.page': {
      input: v.object({ after: v.pipe(v.number(), v.integer(), v.minValue(0)) }),
      output: v.object({
        epoch: v.string(),
        seq: v.number(),
        rows: v.array(flowRow),
        /** There are flows behind these rows. Of those that begin from now on, events tell. */
        more: v.boolean(),
        /** Ended flows dropped because of the bound. */
        dropped: v.number(),
      }),
    },
    /** Fails with GONE when the flow is not there any more. */
    'flows.get': { input: v.object({ id: flowId }), output: flowDetail },
    /**
     * A page of a recorded body. `decoded`: with its content codings removed. `total` bytes are there in all. Fails with
     * GONE when nothing is recorded, NOT_DECODABLE when the coding is unknown or broken before the first byte.
     */
    'flows.body': {
      input: v.object({
        id: flowId,
        side,
        decoded: v.boolean(),
        offset,
        length: v.pipe(count, v.minValue(1), v.maxValue(pageBytes)),
      }),
      output: v.object({
        bytes,
        total: v.number(),
        /** Why the decoded body ends before its end; a sentence. */
        problem: v.optional(v.string()),
      }),
    },
    /**
     * Whether the body that the client was sent is another one than the origin's, by its content. Absent: they are the
     * same as far as both were recorded, which is not to the end. Fails with GONE when one of them is not there.
     */
    'flows.bodyChanged': { input: v.object({ id: flowId }), output: v.object({ changed: v.optional(v.boolean()) }) },
    /**
     * The last bytes of a running response body, without recording it: those behind position `after`, at most tailBytes.
     * Watching begins with the first question and ends when nobody asks for two seconds.
     */
    'flows.tail': {
      input: v.object({ id: flowId, after: offset }),
      output: v.object({ bytes, /** Behind the last byte. */ position: v.number(), running: v.boolean() }),
    },
    'settings.get': { input: nothing, output: settingsState },
    /** What captured flows would have got under other settings; patch and refusals as in `settings.set`. */
    'rules.try': {
      input: v.object({ patch: v.record(v.string(), v.unknown()) }),
      output: v.object({
        tried: v.number(),
        streamed: v.number(),
        buffered: v.number(),
        changed: v.number(),
        /** The newest that would change. */
        examples: v.array(v.object({ id: flowId, url: v.string(), from: mode, to: mode, reason: v.string() })),
      }),
    },
  },
  commands: {
    ...modifierCommands,
    'capture.start': { input: nothing, output: captureState },
    'capture.stop': { input: nothing, output: captureState },
    'flows.clear': { input: nothing, output: nothing },
    'flows.delete': { input: v.object({ ids: v.array(flowId) }), output: nothing },
    /** Ends running flows. */
    'flows.kill': { input: v.object({ ids: v.array(flowId) }), output: nothing },
    /**
     * Changes some settings; a key with null goes back to its default. All or nothing: fails with BAD_SETTING, whose
     * `key` names the first that is wrong. Applies to the next response head and is kept.
     */
    'settings.set': {
      input: v.object({ patch: v.record(v.string(), v.unknown()) }),
      output: settingsState,
    },
    /** Lets the user choose a file that is there. Fails with NOT_HERE where the host has no way to ask. */
    'files.choose': { input: nothing, output: v.object({ path: v.optional(v.string()) }) },
    /** Lets the user choose a place for a file and writes it. Fails with NOT_HERE where the window does that itself. */
    'files.save': { input: v.object({ name: v.string(), bytes }), output: v.object({ path: v.optional(v.string()) }) },
    'files.saveBody': {
      input: v.object({ id: flowId, side, decoded: v.boolean(), name: v.string() }),
      output: v.object({ path: v.optional(v.string()) }),
    },
  },
  events: {
    ...modifierEvents,
    capture: captureState,
    /**
     * What has changed since the event before: at most 20 a second. `seq` counts up by one; who misses one asks for the
     * pages anew. Rows replace what is known of their flow.
     */
    flows: v.object({
      epoch: v.string(),
      seq: v.number(),
      rows: v.array(flowRow),
      removed: v.array(flowId),
      dropped: v.number(),
    }),
    settings: settingsState,
    /** The user has chosen this from a menu outside of the page, which does it as if it had been chosen there. */
    menu: v.object({ item: v.picklist(menuItems) }),
    /** What happens beside the flows; a sentence. `lost`: the host has lost all flows, and with them what their ids mean. */
    notice: v.object({ at: v.number(), sentence: v.string(), lost: v.optional(v.boolean()) }),
  },
} as const

type Contract = typeof contract
type Calls = Contract['queries'] & Contract['commands']

export type CallName = keyof Calls
export type EventName = keyof Contract['events']
/** What a caller gives, before the schema has looked at it. */
export type Input<N extends CallName> = v.InferInput<Calls[N]['input']>
/** What a handler gets. */
export type Checked<N extends CallName> = v.InferOutput<Calls[N]['input']>
export type Output<N extends CallName> = v.InferOutput<Calls[N]['output']>
export type EventValue<E extends EventName> = v.InferOutput<Contract['events'][E]>

export type CaptureState = v.InferOutput<typeof captureState>
export type SettingsState = v.InferOutput<typeof settingsState>

/**
 * One for every call; throws CallError for what the caller is to be told. `signal`: the caller has lost interest.
 * `window`: who calls; it aborts when that window has gone.
 */
export type Handlers = {
  [N in CallName]: (input: Checked<N>, signal: AbortSignal, window: AbortSignal) => Output<N> | Promise<Output<N>>
}

export const calls: { readonly [N in CallName]: { input: v.GenericSchema; output: v.GenericSchema } } = {
  ...contract.queries,
  ...contract.commands,
}
