/** One part of a body: bytes, or text, which goes out as UTF-8. */
type Chunk = Uint8Array | string

/** The body of a response as it arrives, chunk by chunk. Read it with `for await`. */
type Chunks = AsyncIterable<Uint8Array>

/** Fields of a head in the order of the wire, each with its name as it was written. A name may come more than once. */
type Headers = readonly (readonly [name: string, value: string])[]

/** The request, and the head of its response, as they came. It cannot be changed; `responseHead` can change the head. */
interface Flow {
  /** Counts the flows from 1, as in the list of flows. */
  readonly id: number
  readonly client: { readonly address: string }
  readonly request: {
    readonly method: string
    readonly url: string
    readonly httpVersion: string
    readonly headers: Headers
  }
  readonly response: {
    readonly status: number
    readonly httpVersion: string
    readonly headers: Headers
  }
}

/** The head of the response, for `responseHead` to change. */
interface Head {
  status: number
  readonly httpVersion: string
  /** In the order of the wire. Add, remove and change them as you like. */
  headers: [name: string, value: string][]
}

/**
 * What a file exports as `default`: it takes the chunks of a body and gives what is sent instead. Content codings (gzip
 * and the like) are removed first. A file that exports `decode` as `false` gets the chunks as the origin sent them, unless
 * a modifier before it has had them decoded and does not have them coded again.
 */
type Modifier = (chunks: Chunks, flow: Flow) => AsyncIterable<Chunk> | Iterable<Chunk>

/**
 * What `responseHead` may return: stream the body, buffer it, or a generator function for it. Nothing: the rules decide.
 */
type HeadChoice = 'stream' | 'buffer' | Modifier | undefined | void

/**
 * What a file may export as `match`: which responses it is for. Each is a glob, in which `*` is any run of characters;
 * what is left out matches everything.
 */
interface Match {
  /** Without its port, as in `'*.example.com'`. */
  host?: string
  /** With its query, as in `'/v1/*'`. */
  path?: string
  /** In any case, as in `'GET'` or `'P*'`. */
  method?: string
  /** The media type without parameters, as in `'text/event-stream'` or `'video/*'`. */
  type?: string
  /** `'200'`, a class: `'2xx'`, or `'20*'`. */
  status?: string | number
}

/** Calls the function once, so many milliseconds later. */
declare function setTimeout<T extends unknown[]>(act: (...given: T) => void, ms?: number, ...given: T): number
declare function clearTimeout(timer: number | undefined): void
/** Calls the function again and again, so many milliseconds apart. */
declare function setInterval<T extends unknown[]>(act: (...given: T) => void, ms?: number, ...given: T): number
declare function clearInterval(timer: number | undefined): void

/** Text to UTF-8. */
declare class TextEncoder {
  readonly encoding: string
  encode(text?: string): Uint8Array
  encodeInto(text: string, target: Uint8Array): { read: number; written: number }
}

/** Bytes to text. For chunks, `text` from 'spillway' does the same wherever characters are cut. */
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean })
  readonly encoding: string
  readonly fatal: boolean
  readonly ignoreBOM: boolean
  decode(bytes?: Uint8Array, options?: { stream?: boolean }): string
}

interface URLSearchParams extends Iterable<[name: string, value: string]> {
  readonly size: number
  append(name: string, value: string): void
  delete(name: string): void
  get(name: string): string | null
  getAll(name: string): string[]
  has(name: string): boolean
  set(name: string, value: string): void
  sort(): void
  toString(): string
  entries(): Iterable<[name: string, value: string]>
}

/** The parts of a URL, as in `new URL(flow.request.url).pathname`. */
declare class URL {
  constructor(url: string, base?: string)
  static canParse(url: string, base?: string): boolean
  static parse(url: string, base?: string): URL | null
  hash: string
  host: string
  hostname: string
  href: string
  password: string
  pathname: string
  port: string
  protocol: string
  search: string
  username: string
  readonly origin: string
  readonly searchParams: URLSearchParams
  toString(): string
  toJSON(): string
}

/**
 * What modifiers are made of. Everything here takes the chunks of a body, or what another of these functions gives, and
 * gives the same wherever the body is cut. Nothing is read before it is asked for, and whoever stops asking closes what
 * he asked.
 */
declare module 'spillway' {
  /** Chunks, or any other iterable of bytes or text. */
  export type Source = AsyncIterable<Chunk> | Iterable<Chunk>
  export type Items<T> = AsyncIterable<T> | Iterable<T>
  /** Read it with `for await`, or give it on with `yield*`. */
  export type Generated<T> = AsyncIterableIterator<T, void, undefined>

  /**
   * The chunks as text, as soon as there is any, never cut within a character.
   *
   * `charset` is a label like `'latin1'`, or the flow, whose Content-Type says it; UTF-8 without. A byte order mark wins
   * over both and is no part of the text. What you yield goes out as UTF-8, whatever the body was in.
   *
   * @example
   * for await (const piece of text(chunks, flow)) yield piece.toUpperCase()
   */
  export function text(chunks: Source, charset?: string | Flow): Generated<string>

  export interface LinesOptions {
    /** Keep the end of each line: `'\n'`, `'\r\n'` or `'\r'`. */
    ends?: boolean
    /** Characters that a line may have before it is an error; 16,777,216 without. */
    limit?: number
    charset?: string | Flow
  }

  /**
   * The lines of the chunks, each as soon as it has ended, without its end: a line feed, a carriage return, or both. A
   * last line without an end is one too.
   *
   * @example
   * for await (const line of lines(chunks)) {
   *   if (!line.startsWith('#')) yield line + '\n'
   * }
   */
  export function lines(chunks: Source, options?: LinesOptions): Generated<string>

  /**
   * A text in which `$&` is the match, `$1` its first group, `$<name>` a group by its name and `$$` a dollar; or a
   * function that gets the match, its groups and its offset, and answers with the text.
   */
  export type Replacement = string | ((match: string, ...groups: any[]) => string)

  export interface ReplaceOptions {
    /**
     * Characters that a match of a regular expression may have, with what it looks at ahead of it and behind it; 65,536
     * without. A longer one is perhaps not found.
     */
    within?: number
  }

  /**
   * Replaces what the pattern finds, also where it is cut into several chunks: a text everywhere, a regular expression
   * with the flag `g` everywhere and without it once, as the language does. What cannot become part of a match goes out
   * at once; the rest waits until more text decides. Text stays text and bytes stay bytes, also those that are no UTF-8.
   *
   * `^` and `$` are the beginning and the end of the whole body, with the flag `m` those of its lines. A sticky pattern
   * (flag `y`) is refused.
   *
   * @example
   * yield* replace(chunks, 'foo', 'bar')
   *
   * @example
   * yield* replace(chunks, /"email":"[^"]*"/g, '"email":"[hidden]"')
   */
  export function replace(
    chunks: Items<string>,
    pattern: string | RegExp,
    replacement: Replacement,
    options?: ReplaceOptions,
  ): Generated<string>
  export function replace(
    chunks: Items<Uint8Array>,
    pattern: string | RegExp,
    replacement: Replacement,
    options?: ReplaceOptions,
  ): Generated<Uint8Array>
  /** Bytes are replaced by bytes, or by a text that is taken as it is. */
  export function replace(
    chunks: Items<Uint8Array>,
    pattern: Uint8Array,
    replacement: Chunk | ((match: Uint8Array, offset: number) => Chunk),
  ): Generated<Uint8Array>
  export function replace(
    chunks: Source,
    pattern: string | RegExp,
    replacement: Replacement,
    options?: ReplaceOptions,
  ): Generated<Chunk>

  /** One item of an event stream. All of it may be changed before `sse` writes it. */
  export interface ServerEvent {
    /**
     * An event is what a browser would dispatch. What is told between events has items of its own: a comment (keep-alive
     * lines are comments), the time to wait before reconnecting, and the id of an event without data.
     */
    kind: 'event' | 'comment' | 'retry' | 'id'
    /** `'message'` where the stream does not say one; `''` for what is no event. */
    type: string
    /** The event's data lines joined by a line feed, as the WHATWG stream parser gives them; `''` for what is no event. */
    data: string
    /** Of this event; undefined where it has no id line. */
    id: string | undefined
    /** Milliseconds. */
    retry: number | undefined
    comment: string | undefined
    /** What the data says in JSON; undefined when it is no JSON, like `[DONE]`. */
    dataAsJson(): any
  }

  /** What can be written as an event. */
  export interface EventLike {
    kind?: ServerEvent['kind']
    type?: string
    /** Another name for `type`, as it stands in the stream. */
    event?: string
    /** Text as it is; anything else as JSON. */
    data?: unknown
    id?: string | undefined
    retry?: number | undefined
    comment?: string | undefined
  }

  export interface EventsOptions {
    /** Characters that an event may have before it is an error; 16,777,216 without. */
    limit?: number
  }

  /**
   * The events of an event stream (text/event-stream), each as soon as it is complete, as a browser reads them. Comments
   * and retries are items too, so that `sse` writes a stream that says the same; see `kind`.
   *
   * @example
   * for await (const event of events(chunks)) {
   *   if (event.type !== 'ping') yield sse(event)
   * }
   */
  export function events(chunks: Source, options?: EventsOptions): Generated<ServerEvent>

  /**
   * An event as the text of an event stream. Give it what `events` gives, or an event of your own. Of many events it
   * makes an iterable.
   *
   * @example
   * yield sse({ type: 'note', data: { text: 'hello' } })
   *
   * @example
   * yield* sse(events(chunks))
   */
  export function sse(event: EventLike): string
  export function sse(events: Items<EventLike>): Generated<string>

  /** A line that is no JSON, as it came. `json.line` writes it as it was. */
  export interface BadLine {
    readonly text: string
    /** Counts from 1. */
    readonly number: number
  }

  export interface JsonOptions {
    /**
     * What becomes of a line that is no JSON: `'throw'` an error that tells its number, as without this; `'skip'` it; or
     * `'keep'` it among the values as a BadLine.
     */
    bad?: 'throw' | 'skip' | 'keep'
  }

  export interface Json {
    /**
     * The values of JSON lines (NDJSON), each as soon as its line has ended. Takes the chunks, or lines.
     *
     * @example
     * for await (const value of json(chunks)) {
     *   value.name = 'redacted'
     *   yield json.line(value)
     * }
     */
    (lines: Source, options?: JsonOptions): Generated<any>
    /** A value as one line, with its end. */
    line(value: unknown): string
    /** Values as lines. */
    lines(values: Items<unknown>): Generated<string>
  }

  /** The values of JSON lines (NDJSON): `json(chunks)`. And back: `json.line(value)` and `json.lines(values)`. */
  export const json: Json

  /**
   * The first so many items: of chunks, lines, events, values. Ends with the last of them and waits for no other.
   *
   * @example
   * yield* sse(take(events(chunks), 10))
   */
  export function take<T>(items: Items<T>, count: number): Generated<T>

  /**
   * All items but the first so many.
   *
   * @example
   * for await (const line of skip(lines(chunks), 1)) yield line + '\n'
   */
  export function skip<T>(items: Items<T>, count: number): Generated<T>

  /**
   * Waits so many milliseconds: `await delay(500)`. With items, waits before each of them, so that they are at least so
   * far apart.
   *
   * @example
   * yield* delay(chunks, 200)
   */
  export function delay(ms: number): Promise<void>
  export function delay<T>(items: Items<T>, ms: number): Generated<T>

  /**
   * The chunks at no more than so many bytes per second: a number, or like `'64k/s'` or `'1.5m/s'`. Large chunks go in
   * pieces.
   *
   * @example
   * yield* throttle(chunks, '64k/s')
   */
  export function throttle(chunks: Source, rate: number | string): Generated<Uint8Array>

  /**
   * The chunks cut into pieces of at most so many bytes: a number, or like `'4k'`. Nothing waits; see `gather`.
   *
   * @example
   * yield* pieces(chunks, 10)
   */
  export function pieces(chunks: Source, size: number | string): Generated<Uint8Array>

  /**
   * Chunks of exactly so many bytes, which wait until there are enough; the last has what is left.
   *
   * @example
   * yield* gather(chunks, '64k')
   */
  export function gather(chunks: Source, size: number | string): Generated<Uint8Array>

  /**
   * The first so many bytes, then nothing: for so many milliseconds and then the rest, or for ever.
   *
   * @example
   * yield* stallAfter(chunks, '1m')
   */
  export function stallAfter(chunks: Source, size: number | string, ms?: number): Generated<Uint8Array>

  /**
   * The first so many bytes; then the connection is cut, and the client sees that. A shorter body passes whole.
   *
   * @example
   * yield* cutAfter(chunks, '2m')
   */
  export function cutAfter(chunks: Source, size: number | string): Generated<Uint8Array>

  export interface CorruptOptions {
    /** Offsets in the body, from 0, of the bytes to damage. */
    at?: number | readonly number[]
    /** Damages one byte of each so many; 1000 without. */
    every?: number
    /** A whole number: the same one damages the same bytes in the same way. Without it, chance decides. */
    seed?: number
  }

  /**
   * The chunks with some of their bytes changed.
   *
   * @example
   * yield* corrupt(chunks, { every: 4096, seed: 1 })
   */
  export function corrupt(chunks: Source, options?: CorruptOptions): Generated<Uint8Array>

  /**
   * Shows values in the modifier's console pane; the command line prints them on standard error. Bytes are shown as text
   * where they are.
   *
   * @example
   * log('status', flow.response.status)
   */
  export function log(...values: unknown[]): void
}
