import { ServerEvent } from './server-event.ts'

/**
 * Lines of an event stream to its items, as the WHATWG HTML Standard's "interpreting an event stream" has it: fields it
 * does not know are ignored, an event without a data line is not dispatched, one that has not ended is dropped. What it
 * tells the client besides is not lost: a comment and a retry are items of their own at once, and so is the id of an
 * event that is not dispatched.
 */
export class EventReader {
  readonly #limit: number
  #type = ''
  #data: string[] = []
  #length = 0
  #id: string | undefined

  /** `limit`: characters of one event's data. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** The item that has become complete with this line. Throws RangeError over the limit. */
  read(line: string): ServerEvent | undefined {
    if (line === '') return this.#dispatch()
    const colon = line.indexOf(':')
    if (colon === 0) return new ServerEvent('comment', { comment: withoutSpace(line, 1) })
    const name = colon === -1 ? line : line.slice(0, colon)
    return this.#field(name, colon === -1 ? '' : withoutSpace(line, colon + 1))
  }

  #field(name: string, value: string): ServerEvent | undefined {
    if (name === 'data') {
      this.#length += value.length + 1
      if (this.#length > this.#limit) throw new RangeError(`events: an event has more than ${this.#limit} characters`)
      this.#data.push(value)
    } else if (name === 'event') {
      this.#type = value
    } else if (name === 'id') {
      if (!value.includes('\0')) this.#id = value
    } else if (name === 'retry' && /^[0-9]+$/.test(value)) {
      // More than can be counted is as good as for ever; it would be no number that `sse` could write.
      return new ServerEvent('retry', { retry: Math.min(Number(value), Number.MAX_SAFE_INTEGER) })
    }
    return undefined
  }

  #dispatch(): ServerEvent | undefined {
    const type = this.#type === '' ? 'message' : this.#type
    const id = this.#id
    const data = this.#data
    this.#type = ''
    this.#id = undefined
    this.#length = 0
    if (data.length === 0) return id === undefined ? undefined : new ServerEvent('id', { id })
    this.#data = []
    return new ServerEvent('event', { type, data: data.join('\n'), id })
  }
}

/** From there on, without one space. */
function withoutSpace(line: string, from: number): string {
  return line.slice(line.charCodeAt(from) === 32 ? from + 1 : from)
}
