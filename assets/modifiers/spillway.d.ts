/** What a modifier can use, beside the language itself. */

/** A body as it arrives: each chunk as the origin sent it, decoded. */
type Chunks = AsyncIterable<Uint8Array>

/** Fields of a head in the order of the wire; names may occur more than once. */
type Fields = readonly (readonly [name: string, value: string])[]

/** The flow a body belongs to; frozen. */
interface Flow {
  readonly id: number
  readonly client: { readonly address: string }
  readonly request: {
    readonly method: string
    readonly url: string
    readonly httpVersion: string
    readonly headers: Fields
  }
  readonly response: { readonly status: number; readonly httpVersion: string; readonly headers: Fields }
}

declare module 'spillway' {
  /** The text of the chunks, never cut inside a character. */
  export function text(chunks: AsyncIterable<Uint8Array | string>): AsyncIterable<string>
  /**
   * Replaces every occurrence, also where it straddles chunks.
   * @example
   * yield* replace(chunks, 'foo', 'bar')
   */
  export function replace(
    chunks: AsyncIterable<Uint8Array | string>,
    what: string | RegExp,
    replacement: string,
  ): AsyncIterable<string>
  /** To the modifier's console pane. */
  export function log(value: unknown): void
}

/** What responseHead is given. */
interface Head {
  status: number
  headers: [name: string, value: string][]
}
