/** Something of everything the library does, with results that can be told in JSON: to compare where it runs. */
import type { Library } from '../index.ts'
import { costOf } from './cost.ts'

type Chunk = Uint8Array | string

const encoded = (text: string): Uint8Array => new TextEncoder().encode(text)

/** The bytes one by one, and then in threes. */
function* cuts(text: string): Generator<Uint8Array[], void, undefined> {
  const bytes = encoded(text)
  for (const size of [1, 3]) {
    const pieces: Uint8Array[] = []
    for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size))
    yield pieces
  }
}

async function plain(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const found: unknown[] = []
  for await (const item of items) found.push(item instanceof Uint8Array ? new TextDecoder().decode(item) : item)
  return found
}

async function joined(items: AsyncIterable<Chunk>): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const item of items) text += typeof item === 'string' ? item : decoder.decode(item, { stream: true })
  return text
}

export async function battery(library: Library): Promise<unknown[]> {
  const { text, lines, replace, events, sse, json, take, skip, delay, throttle, pieces, gather } = library
  const { stallAfter, cutAfter, corrupt, log } = library
  const results: unknown[] = []
  const stream = '\ufeffevent: a\r\nid: 1\r\ndata: {"é":"😀"}\r\n\r\n: note\nretry: 5\ndata: x\ndata: y\n\n'
  const story = 'foo barfoo Ada "quoted" fo\n\u0000 é😀 "open'
  for (const chunks of cuts(stream)) {
    results.push(await plain(events(chunks)), await joined(sse(events(chunks))), (await plain(text(chunks))).join(''))
    results.push(await plain(lines(chunks)), await plain(take(lines(chunks, { ends: true }), 2)))
  }
  for (const chunks of cuts(story)) {
    results.push(await joined(replace(chunks, 'foo', '<$&>')))
    results.push(await joined(replace(text(chunks), 'foo', (match: string) => match.toUpperCase())))
    results.push(await joined(replace(chunks, /"[^"]*"|(?<!bar)fo+\b(?!\s*Ada)|(?<name>é)/g, '[$&$<name>]')))
    results.push(await joined(replace(chunks, /(.)\1|^\w|\s$/gmu, (match: string) => `{${match}}`)))
    results.push(await joined(replace(chunks, encoded('foo'), encoded('!'))))
    results.push(await joined(pieces(chunks, 2)), await plain(gather(chunks, 5)), await joined(skip(chunks, 3)))
    results.push(await joined(corrupt(chunks, { every: 7, seed: 5 })), await joined(throttle(chunks, '64k/s')))
    results.push(await joined(stallAfter(chunks, 5, 1)), await joined(delay(chunks, 0)))
    results.push(await joined(cutAfter(chunks, 5)).catch((error: unknown) => String(error)))
  }
  for (const chunks of cuts('{"a":[1]}\n"b"\r\n\nnull\n')) results.push(await plain(json(chunks)))
  results.push(json.line({ a: 1 }), await plain(json.lines([1, 'x'])), await plain(json(['1', '?'], { bad: 'keep' })))
  for (const mistake of [
    () => throttle([], 'x'),
    () => replace([], /a/y, ''),
    () => text([], 'none'),
    () => sse({}),
    () => take([], -1),
  ]) {
    try {
      results.push(mistake())
    } catch (error) {
      results.push(String(error))
    }
  }
  log('log', { a: [encoded('x'), new Map([[1, null]]), undefined] })
  return results
}

/** Milliseconds of processor time that 10 MB take. */
export async function costs(library: Library): Promise<Record<string, number>> {
  const { replace, events, lines, pieces } = library
  const chunk = encoded('data: {"delta":"It was the best of times"}\n\n'.repeat(1500)).subarray(0, 65_536)
  const body = Array.from({ length: 160 }, () => chunk)
  const time = (items: AsyncIterable<unknown>): Promise<number> =>
    costOf(async () => {
      for await (const item of items) if (item === undefined) throw new Error('nothing')
    })
  return {
    replaceText: await time(replace(body, 'best', 'worst')),
    replacePattern: await time(replace(body, /"[^"]*"/g, '""')),
    events: await time(events(body)),
    lines: await time(lines(body)),
    pieces: await time(pieces(body, 1024)),
  }
}
