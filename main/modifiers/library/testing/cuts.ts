/** The same body cut in other ways: what every function of the library must not notice. */
import fc from 'fast-check'
import { expect } from 'vitest'
import type { Chunk, Source } from '../source.ts'

type Body = Uint8Array | string

/** The body in one piece, then in two at every offset, then in pieces of one unit. */
export function* everyCut(body: Body): Generator<Chunk[], void, undefined> {
  yield [body]
  for (let at = 0; at <= body.length; at++) yield [body.slice(0, at), body.slice(at)]
  yield Array.from({ length: body.length }, (_, at) => body.slice(at, at + 1))
}

/** Where to cut, as parts of the whole. */
export const someCuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 })

export function cutAt(body: string, where: readonly number[]): string[]
export function cutAt(body: Uint8Array, where: readonly number[]): Uint8Array[]
export function cutAt(body: Body, where: readonly number[]): Chunk[]
export function cutAt(body: Body, where: readonly number[]): Chunk[] {
  const starts = [0, ...where.map((part) => Math.floor(part * body.length)).sort((a, b) => a - b)]
  return starts.map((start, index) => body.slice(start, starts[index + 1] ?? body.length))
}

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

/** All items. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

/** All that comes out, as bytes in hexadecimal and text in one. */
export async function whole(items: AsyncIterable<Chunk>): Promise<Buffer> {
  return Buffer.concat((await all(items)).map((chunk) => Buffer.from(chunk)))
}

export async function wholeText(items: AsyncIterable<Chunk>): Promise<string> {
  return (await whole(items)).toString()
}

/** That a function makes the same of a body, text or bytes, wherever it is cut in two. */
export async function sameAtEveryCut<T>(body: Body, run: (chunks: Source) => Promise<T>, expected: T): Promise<void> {
  for (const chunks of everyCut(body)) expect(await run(chunks)).toEqual(expected)
}

/** A source that knows how much of it was taken, and whether it was closed. */
export class Watched<T> implements AsyncIterable<T> {
  taken = 0
  closed = false
  readonly #items: readonly T[]

  constructor(items: readonly T[]) {
    this.#items = items
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    try {
      for (const item of this.#items) {
        this.taken++
        yield await Promise.resolve(item)
      }
    } finally {
      this.closed = true
    }
  }
}

/** A source that is fed by hand, to see what comes out of it before more goes in. */
export class Fed<T> implements AsyncIterable<T> {
  closed = false
  #give: ((result: IteratorResult<T, undefined>) => void) | undefined;

  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return {
      next: () => new Promise((resolve) => (this.#give = resolve)),
      return: () => {
        this.closed = true
        return Promise.resolve({ done: true, value: undefined })
      },
    }
  }

  give(item: T): void {
    if (!this.#give) throw new Error('nobody has asked')
    const give = this.#give
    this.#give = undefined
    give({ done: false, value: item })
  }
}
