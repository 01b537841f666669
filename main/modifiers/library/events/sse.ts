import { described, foundFor } from '../described.ts'
import { type Items, isIterable } from '../source.ts'
import type { EventKind } from './server-event.ts'

/** What can be written as an event. `event` is another name for `type`, as it stands on the wire. */
export type EventLike = {
  kind?: EventKind | undefined
  type?: string | undefined
  event?: string | undefined
  /** Text as it is; anything else as JSON. */
  data?: unknown
  id?: string | undefined
  retry?: number | undefined
  comment?: string | undefined
}

/**
 * Events as the text of an event stream, which `events` reads back as the same items: one event as text, many as an
 * iterable of texts. Throws TypeError for what an event stream cannot say.
 */
export function sse(event: EventLike): string
export function sse(events: Items<EventLike>): AsyncGenerator<string, void, undefined>
export function sse(given: EventLike | Items<EventLike>): string | AsyncGenerator<string, void, undefined> {
  return isIterable(given) ? writeAll(given as Items<EventLike>) : write(given)
}

async function* writeAll(events: Items<EventLike>): AsyncGenerator<string, void, undefined> {
  for await (const event of events) yield write(event)
}

function write(event: EventLike): string {
  if (!isObject(event)) throw new TypeError(`sse: ${described(event)} is not an event`)
  const type = event.type ?? event.event
  const data = dataOf(event)
  let text = ''
  if (event.comment !== undefined) text += fields('', string('comment', event.comment))
  if (event.retry !== undefined) text += field('retry', retryOf(event.retry))
  if (event.id !== undefined) text += field('id', oneLine('id', event.id))
  // Left out, the type is "message" too.
  if (type !== undefined && type !== '' && type !== 'message') text += field('event', oneLine('type', type))
  if (data !== undefined) text += fields('data', data)
  else if (type !== undefined && type !== '') text += 'data:\n' // without a data line nobody would hear of it
  if (text === '') throw new TypeError('sse: an event needs data, or at least a comment, an id or a retry')
  return `${text}\n`
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** Undefined: no data line. What is between events has none, unless it was given some. */
function dataOf({ kind, data }: EventLike): string | undefined {
  if (data === undefined || (data === '' && kind !== undefined && kind !== 'event')) return undefined
  if (typeof data === 'string') return data
  const json = JSON.stringify(data) as string | undefined
  if (json === undefined) throw new TypeError(`sse: data cannot be ${described(data)}`)
  return json
}

function field(name: string, value: string): string {
  return value === '' ? `${name}:\n` : `${name}: ${value}\n`
}

/** A field for each line. */
function fields(name: string, value: string): string {
  let text = ''
  let from = 0
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at)
    if (code !== 10 && code !== 13) continue
    text += field(name, value.slice(from, at))
    if (code === 13 && value.charCodeAt(at + 1) === 10) at++
    from = at + 1
  }
  return text + field(name, value.slice(from))
}

function string(what: string, value: unknown): string {
  if (typeof value === 'string') return value
  throw new TypeError(`sse: ${what} must be text, not ${described(value)}`)
}

function oneLine(what: string, value: unknown): string {
  const text = string(what, value)
  if (/[\r\n]/.test(text)) throw new TypeError(`sse: ${what} must be one line: ${JSON.stringify(text.slice(0, 60))}`)
  // A client ignores such an id.
  if (what === 'id' && text.includes('\0')) throw new TypeError('sse: id must have no NUL')
  return text
}

function retryOf(value: unknown): string {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return String(value)
  throw new TypeError(`sse: retry must be whole milliseconds, not ${foundFor(value)}`)
}
