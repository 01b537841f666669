/** A streaming rule: which responses, and how their body is delivered. Rules are tried in order; the first match decides. */
export type Rule = {
  /** Shown in the reason; without a name a rule is called by its number. */
  name?: string
  /** Globs: `*` is any run of characters. Host without port, in any case; path with its query, exact case. */
  host?: string
  path?: string
  /** Any case. */
  method?: string
  /** "200", "404", or a class: "2xx". */
  status?: string
  /** A media type without parameters, or a glob of one: "video/*". Any case. */
  type?: string
  /** Bytes; matches a Content-Length greater than this. A body of unknown length does not match. */
  largerThan?: number
  /** Switched off: kept, but never matches. */
  off?: boolean
  delivery: 'stream' | 'buffer'
}
