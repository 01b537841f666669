import { formatSize } from './size.ts'

/** A streaming rule: which responses, and how their body is delivered. Rules are tried in order; the first match decides. */
export type Rule = {
  /** Shown in the reason; without a name a rule is called by its number. */
  name?: string
  /** Globs: `*` is any run of characters. Host without port, in any case; path with its query, exact case. */
  host?: string
  path?: string
  /** A glob; any case. */
  method?: string
  /** "200", "404", a class: "2xx", or a glob: "20*". */
  status?: string
  /** A media type without parameters, or a glob of one: "video/*". Any case. */
  type?: string
  /** Bytes; matches a Content-Length greater than this. A body of unknown length does not match. */
  largerThan?: number
  /** Switched off: kept, but never matches. */
  off?: boolean
  delivery: 'stream' | 'buffer'
}

/**
 * What a rule asks for, in words: "host api.*, type video/*, larger than 3m". Flows keep it with their delivery: its
 * number, or its name, may mean another rule by the time somebody asks.
 */
export function ruleWords({ host, path, method, status, type, largerThan }: Rule): string {
  const asked: string[] = []
  if (host !== undefined) asked.push(`host ${host}`)
  if (path !== undefined) asked.push(`path ${path}`)
  if (method !== undefined) asked.push(`method ${method}`)
  if (status !== undefined) asked.push(`status ${status}`)
  if (type !== undefined) asked.push(`type ${type}`)
  if (largerThan !== undefined) asked.push(`larger than ${formatSize(largerThan)}`)
  return asked.length === 0 ? 'everything' : asked.join(', ')
}
