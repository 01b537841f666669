/**
 * What modifiers give to `log`, on standard error: between the lines about flows it would be in the way of whoever reads
 * those by a script. As theirs, the lines never slow the proxy; what there is no room for is counted and said.
 */
import { parse } from 'node:path'
import type { Writable } from 'node:stream'
import type { LogEntry } from '../../../main/index.ts'
import type { Proxying } from '../proxying.ts'
import { lineWriter, type LineWriter } from './line-writer.ts'
import { visible } from './visible-text.ts'

const bound = 1024 * 1024

export function logModifiers(engine: Pick<Proxying, 'onLog'>, stream: Writable): Pick<LineWriter, 'flushed'> {
  const writer = lineWriter(
    stream,
    bound,
    (lines) => `… ${lines} entries of modifiers not shown: the reader is too slow`,
  )
  engine.onLog((entry) => writer.write(() => logLine(entry)))
  return writer
}

/** "modifier NAME: text (flow 7)"; further lines of the text stand indented below, where none can pass for another entry. */
export function logLine({ file, flow, text }: Pick<LogEntry, 'file' | 'flow' | 'text'>): string {
  const shown = text.split(/\r?\n/).map(visible).join('\n  ')
  return `modifier ${visible(parse(file).name)}: ${shown}${flow === 0 ? '' : ` (flow ${flow})`}`
}
