/** Reads all the messages of one connection with the codec, the way a proxy does, and proves its promises on the way. */
import {
  HeadReader,
  WireError,
  defaultWireLimits,
  followBody,
  parseRequestHead,
  parseResponseHead,
  requestFraming,
  responseFraming,
  type BodyFollower,
  type Fields,
  type Framing,
  type WireLimits,
} from '../index.ts'
import { forwardable } from './forwardable.ts'

export type Message = {
  /** As the head reader found it. */
  head: string
  line: [string, string, string]
  fields: [name: string, value: string][]
  framing: Framing['kind']
  body: string
  /** What raw forwarding sent of the body. */
  forwarded: string
  trailers: string | undefined
  /** Transfer chunks; not told of other framings, where they depend on the cuts. */
  chunks: number | undefined
}

export type Outcome = {
  messages: Message[]
  /** The message whose body was refused or cut. */
  broken: Message | undefined
  end: 'clean' | 'cut' | { refused: string; status: number }
}

export type Reading = { side: 'request' | 'response'; methods?: string[]; limits?: Partial<WireLimits> }

/** Throws when the codec breaks a promise, and whatever else than WireError the codec throws. */
export function readMessages(reading: Reading, pieces: Iterable<Buffer>): Outcome {
  const connection = new Connection(reading)
  try {
    for (const piece of pieces) {
      const lent = Buffer.from(piece)
      connection.feed(lent)
      // Whatever still looks into the buffer would now see rubbish.
      lent.fill(0)
    }
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    return connection.outcome({ refused: error.message, status: error.status })
  }
  return connection.outcome(connection.finish())
}

class Connection {
  readonly #reading: Reading
  readonly #limits: WireLimits
  readonly #reader: HeadReader
  readonly #messages: Message[] = []
  #current: Message | undefined
  #body: BodyFollower | undefined
  #answered = 0
  /** Nothing is read behind the current message. */
  #last = false
  /** What follows is no HTTP, or would not be read: a tunnel, or bytes behind the last message. */
  #over = false

  constructor(reading: Reading) {
    this.#reading = reading
    this.#limits = { ...defaultWireLimits, ...reading.limits }
    this.#reader = new HeadReader(this.#limits)
  }

  feed(bytes: Buffer): void {
    let at = 0
    while (at < bytes.length && !this.#over) {
      if (this.#body) at = this.#feedBody(this.#body, bytes, at)
      else {
        at = this.#reader.feed(bytes, at)
        if (at === -1) return
        this.#begin()
      }
    }
  }

  finish(): 'clean' | 'cut' {
    if (!this.#body) return this.#reader.started ? 'cut' : 'clean'
    if (!this.#body.finish()) return 'cut'
    this.#complete(this.#body)
    return 'clean'
  }

  outcome(end: Outcome['end']): Outcome {
    return { messages: this.#messages, broken: this.#current, end }
  }

  #begin(): void {
    const { fields, line, framing, last } =
      this.#reading.side === 'request' ? this.#beginRequest(this.#reader.text) : this.#beginResponse(this.#reader.text)
    this.#body = followBody(framing, this.#limits)
    this.#current = {
      head: this.#reader.text,
      line,
      fields: Array.from({ length: fields.length }, (_, index) => [fields.name(index), fields.value(index)]),
      framing: framing.kind,
      body: '',
      forwarded: '',
      trailers: undefined,
      chunks: undefined,
    }
    this.#last = last
    if (this.#body.done) this.#complete(this.#body)
  }

  #beginRequest(text: string): Begun {
    const { method, target, version, fields } = parseRequestHead(text, this.#limits)
    const head = { method, target, version, fields, text }
    // Of a CONNECT too, where it may not be ambiguous either; what follows is the tunnel.
    const said = requestFraming(head)
    const framing: Framing = method === 'CONNECT' ? { kind: 'none' } : said
    return { line: [method, target, version], fields, framing, last: method === 'CONNECT' || !kept(version, fields) }
  }

  #beginResponse(text: string): Begun {
    const head = parseResponseHead(text, this.#limits)
    const { version, status, reason, fields } = head
    const method = this.#reading.methods?.[this.#answered] ?? 'GET'
    const framing = responseFraming(head, method)
    const interim = status < 200 && status !== 101
    if (!interim) this.#answered++
    const tunnel = status === 101 || (method === 'CONNECT' && status >= 200 && status < 300)
    const last = tunnel || (!interim && !kept(version, fields))
    return { line: [version, String(status), reason], fields, framing, last }
  }

  #feedBody(body: BodyFollower, bytes: Buffer, from: number): number {
    const message = this.#current
    if (!message) throw new Error('a body without a message')
    try {
      const end = body.feed(bytes, from)
      if (end < body.accepted || end <= from || end > bytes.length)
        throw new Error('the follower returned a bad offset')
      if (!body.done && end !== bytes.length) throw new Error('the follower left bytes of an unfinished body')
      if (body.done && body.accepted !== end) throw new Error('the follower is done but has not accepted all')
      this.#forward(message, body, bytes, from)
      if (body.done) this.#complete(body)
      return end
    } catch (error) {
      if (error instanceof WireError) this.#forward(message, body, bytes, from)
      throw error
    }
  }

  #forward(message: Message, body: BodyFollower, bytes: Buffer, from: number): void {
    let behind = from
    for (let index = 0; index < body.pieces.length; index += 2) {
      const [start = -1, end = -1] = body.pieces.slice(index, index + 2)
      if (start < behind || end <= start || end > body.accepted) throw new Error('a piece is out of order')
      behind = end
      message.body += bytes.toString('latin1', start, end)
    }
    message.forwarded += (body.carried?.toString('latin1') ?? '') + bytes.toString('latin1', from, body.accepted)
    if (message.framing === 'chunked') {
      message.chunks = body.chunks
      if (!forwardable(message.forwarded)) throw new Error(`an unfinished line was forwarded: ${message.forwarded}`)
    } else if (message.forwarded !== message.body) throw new Error('content and forwarded bytes differ')
  }

  #complete(body: BodyFollower): void {
    if (!this.#current) throw new Error('a body without a message')
    this.#current.trailers = body.trailers
    this.#messages.push(this.#current)
    this.#current = undefined
    this.#body = undefined
    this.#over = this.#last
  }
}

type Begun = { line: [string, string, string]; fields: Fields; framing: Framing; last: boolean }

/** RFC 9112 §9.3: whether another message may follow. */
function kept(version: string, fields: Fields): boolean {
  const options = fields.tokens('connection')
  if (options.includes('close')) return false
  return version === '1.1' || options.includes('keep-alive')
}
