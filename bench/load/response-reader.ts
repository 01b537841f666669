/**
 * Reads the responses of one connection: Content-Length and chunked, because proxies re-frame. Hands every piece
 * of body on as it arrives, so that its owner can verify and time it.
 */
import { WrongBytes } from './pattern.ts'

export interface ResponseEvents {
  readonly onBody: (piece: Buffer, offset: number) => void
  /** The response is complete; `length` bytes of body went to onBody. */
  readonly onEnd: (length: number) => void
}

type State = 'head' | 'length' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailers'

export class ResponseReader {
  readonly #events: ResponseEvents
  #state: State = 'head'
  /** The start of a head or of a chunk's line whose end has not arrived. */
  #held: Buffer | undefined
  #left = 0
  #offset = 0

  constructor(events: ResponseEvents) {
    this.#events = events
  }

  feed(arrived: Buffer): void {
    let data = this.#held ? Buffer.concat([this.#held, arrived]) : arrived
    this.#held = undefined
    while (data.length > 0) {
      const used = this.#step(data)
      if (used === 0) {
        this.#held = data
        return
      }
      data = data.subarray(used)
    }
  }

  /** How many bytes of `data` were used; none: the rest of a line or head is needed first. */
  #step(data: Buffer): number {
    switch (this.#state) {
      case 'head':
        return this.#readHead(data)
      case 'length':
      case 'chunk':
        return this.#readBody(data)
      case 'chunk-size':
        return this.#readLine(data, (line) => {
          this.#left = Number.parseInt(line, 16)
          if (Number.isNaN(this.#left)) throw new WrongBytes(`chunk size "${line}"`)
          this.#state = this.#left === 0 ? 'trailers' : 'chunk'
        })
      case 'chunk-end':
        return this.#readLine(data, (line) => {
          if (line !== '') throw new WrongBytes(`"${line}" after a chunk`)
          this.#state = 'chunk-size'
        })
      case 'trailers':
        return this.#readLine(data, (line) => {
          if (line === '') this.#end()
        })
    }
  }

  #readLine(data: Buffer, take: (line: string) => void): number {
    const end = data.indexOf('\r\n')
    if (end === -1) return 0
    take(data.toString('latin1', 0, end))
    return end + 2
  }

  #readHead(data: Buffer): number {
    const end = data.indexOf('\r\n\r\n')
    if (end === -1) return 0
    const head = data.toString('latin1', 0, end)
    if (!/^HTTP\/1\.[01] 200 /.test(head)) throw new Error(`answered with ${head.split('\r\n', 1)[0] ?? ''}`)
    this.#offset = 0
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
    if (length !== undefined) {
      this.#left = Number(length)
      this.#state = 'length'
      if (this.#left === 0) this.#end()
    } else if (/\r\ntransfer-encoding: *chunked/i.test(head)) {
      this.#state = 'chunk-size'
    } else {
      throw new Error('a response without Content-Length that is not chunked')
    }
    return end + 4
  }

  #readBody(data: Buffer): number {
    const length = Math.min(data.length, this.#left)
    this.#events.onBody(length === data.length ? data : data.subarray(0, length), this.#offset)
    this.#offset += length
    this.#left -= length
    if (this.#left === 0) {
      if (this.#state === 'chunk') this.#state = 'chunk-end'
      else this.#end()
    }
    return length
  }

  #end(): void {
    this.#state = 'head'
    this.#events.onEnd(this.#offset)
  }
}
