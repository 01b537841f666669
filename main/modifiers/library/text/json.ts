import type { LibraryHost } from '../host.ts'
import { described } from '../described.ts'
import { type Items, type Source, itemsOf, wrongChunk } from '../source.ts'
import { linesOf } from './lines.ts'
import { longestLine } from './line-reader.ts'
import { TextReader } from './text-reader.ts'

/** A line that is no JSON, as it came; `json.line` writes it as it was. */
export class BadLine {
  readonly text: string
  /** Counts from 1. */
  readonly number: number

  constructor(text: string, number: number) {
    this.text = text
    this.number = number
  }
}

/** What becomes of a line that is no JSON: an error with its number, nothing, or a BadLine among the values. */
export type JsonOptions = { bad?: 'throw' | 'skip' | 'keep' | undefined }

export type Json = {
  (lines: Source, options?: JsonOptions): AsyncGenerator<unknown, void, undefined>
  line: (value: unknown) => string
  lines: (values: Items<unknown>) => AsyncGenerator<string, void, undefined>
}

/** Values of JSON lines (NDJSON), and back. */
export function createJson(host: LibraryHost): Json {
  const json = (lines: Source, { bad = 'throw' }: JsonOptions = {}): AsyncGenerator<unknown, void, undefined> => {
    const source = itemsOf('json', lines)
    if (!['throw', 'skip', 'keep'].includes(bad)) {
      throw new TypeError('json: `bad` must be "throw", "skip" or "keep"')
    }
    return read(source, new TextReader('json', host, 'utf-8'), bad)
  }
  return Object.assign(json, {
    line: write,
    lines: (values: Items<unknown>) => writeAll(itemsOf('json.lines', values)),
  })
}

/** Text is a line, with its end or without; bytes are chunks, which are cut anywhere. */
async function* read(
  source: Source,
  texts: TextReader,
  bad: 'throw' | 'skip' | 'keep',
): AsyncGenerator<unknown, void, undefined> {
  let number = 0
  const ended = wholeLines(source)
  for await (const line of linesOf(ended, texts, 'json', { ends: false, limit: longestLine })) {
    number++
    if (isBlank(line)) continue
    let value: unknown
    try {
      value = JSON.parse(line)
    } catch (error) {
      if (bad === 'throw') throw badLine(line, number, error)
      if (bad === 'keep') yield new BadLine(line, number)
      continue
    }
    yield value
  }
}

/** Every text gets an end of line, where it has none, so that the next begins a new one. */
async function* wholeLines(source: Source): AsyncGenerator<Uint8Array | string, void, undefined> {
  for await (const item of source) {
    if (typeof item !== 'string') {
      if (!(item instanceof Uint8Array)) throw wrongChunk('json', item)
      yield item
    } else {
      yield item.endsWith('\n') || item.endsWith('\r') ? item : `${item}\n`
    }
  }
}

function badLine(line: string, number: number, error: unknown): SyntaxError {
  const why = error instanceof Error ? error.message : String(error)
  const shown = line.length > 80 ? `${line.slice(0, 80)}…` : line
  return new SyntaxError(`json: line ${number} is no JSON (${why}): ${shown}`)
}

/** JSON's own white space. */
function isBlank(line: string): boolean {
  for (let at = 0; at < line.length; at++) {
    const code = line.charCodeAt(at)
    if (code !== 32 && code !== 9) return false
  }
  return true
}

function write(value: unknown): string {
  if (value instanceof BadLine) return `${value.text}\n`
  const text = JSON.stringify(value) as string | undefined
  if (text === undefined) throw new TypeError(`json.line: ${described(value)} cannot be written as JSON`)
  return `${text}\n`
}

async function* writeAll(values: Items<unknown>): AsyncGenerator<string, void, undefined> {
  for await (const value of values) yield write(value)
}
