import { shownBytes } from './shown-bytes.ts'

/** Characters of one entry. */
const longest = 10_000
const deepest = 4
const most = 100
/** A getter of the user's has thrown, or a proxy. */
const cannot = '[cannot be shown]'

/** Values as a person reads them, on one line where they have one. Never throws, and never runs on. */
export function shown(values: readonly unknown[]): string {
  const out = new Writer()
  let first = true
  for (const value of values) {
    if (!first) out.add(' ')
    first = false
    if (typeof value === 'string') out.add(value)
    else write(out, value, 0)
  }
  return out.text
}

/** Text that stops growing when it is long enough. */
class Writer {
  text = ''
  /** Objects that are being written, to see where they come again. */
  readonly within: object[] = []

  get full(): boolean {
    return this.text.length >= longest
  }

  add(text: string): void {
    if (this.full) return
    this.text += text
    if (this.text.length > longest) this.text = `${this.text.slice(0, longest - 1)}…`
  }
}

function write(out: Writer, value: unknown, depth: number): void {
  if (out.full) return
  if (typeof value !== 'object' || value === null) {
    out.add(simple(value))
  } else if (out.within.includes(value)) {
    out.add('[circular]')
  } else {
    out.within.push(value)
    try {
      writeObject(out, value, depth)
    } catch {
      out.add(cannot)
    }
    out.within.pop()
  }
}

function simple(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, longest))
  if (typeof value === 'bigint') return `${value}n`
  return typeof value === 'function' ? '[function]' : String(value)
}

function writeObject(out: Writer, value: object, depth: number): void {
  const word = inOneWord(value)
  const isList = Array.isArray(value) || value instanceof Set || ArrayBuffer.isView(value)
  if (word !== undefined) {
    out.add(word)
  } else if (depth === deepest) {
    out.add(isList ? '[…]' : '{…}')
  } else if (isList) {
    writeItems(out, ['[', ']'], value as Iterable<unknown>, (item) => write(out, item, depth + 1))
  } else if (value instanceof Map) {
    writeItems(out, ['Map{', '}'], value as Map<unknown, unknown>, ([key, item]) => {
      write(out, key, depth + 1)
      out.add(' => ')
      write(out, item, depth + 1)
    })
  } else {
    writeItems(out, ['{', '}'], Object.keys(value), (key) => {
      out.add(/^[\w$]+$/.test(key) ? `${key}: ` : `${JSON.stringify(key)}: `)
      try {
        write(out, (value as Record<string, unknown>)[key], depth + 1)
      } catch {
        out.add(cannot)
      }
    })
  }
}

/** Objects that are shown as what they stand for. */
function inOneWord(value: object): string | undefined {
  if (value instanceof Uint8Array) return shownBytes(value)
  if (value instanceof Error) return stackOf(value)
  if (value instanceof RegExp) return String(value)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()
  return value instanceof Promise ? '[promise]' : undefined
}

function writeItems<T>(
  out: Writer,
  [open, close]: [string, string],
  items: Iterable<T>,
  each: (item: T) => void,
): void {
  out.add(open)
  let count = 0
  for (const item of items) {
    if (count > 0) out.add(', ')
    if (count++ === most || out.full) {
      out.add('…')
      break
    }
    each(item)
  }
  out.add(close)
}

function stackOf(error: Error): string {
  return typeof error.stack === 'string' && error.stack !== '' ? error.stack : `${error.name}: ${error.message}`
}
