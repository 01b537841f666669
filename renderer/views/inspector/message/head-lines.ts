/** A received head for the eye: its fields in wire order, and what was done to them on the way. Pure. */
import type { FlowMessage } from '../../../../app/contract/flow-detail.ts'

/** `sent`: as received; `dropped`: not passed on; `added`: by us, not received. */
export type Fate = 'sent' | 'dropped' | 'added'
/** Latin1, one character a byte. */
export type HeadField = { name: string; value: string; fate: Fate }
export type HeadLines = {
  startLine: string
  /** What went out instead. */
  sentStartLine: string | undefined
  fields: HeadField[]
}

type Edit = NonNullable<FlowMessage['edit']>

/** Total: a line without colon is a field without value, so that nothing received is hidden. */
export function headLines(head: string, edit?: Edit): HeadLines {
  const [startLine = '', ...rest] = linesOf(head)
  const dropped = new Set(edit?.drop)
  const fields = rest.map((line, index) => fieldOf(line, dropped.has(index) ? 'dropped' : 'sent'))
  for (const [name, value] of edit?.add ?? []) fields.push({ name, value, fate: 'added' })
  return { startLine, sentStartLine: edit?.startLine, fields }
}

/** Trailers are field lines without a start line. */
export const trailerFields = (trailers: string): HeadField[] => linesOf(trailers).map((line) => fieldOf(line, 'sent'))

export const isEdited = ({ sentStartLine, fields }: HeadLines): boolean =>
  sentStartLine !== undefined || fields.some(({ fate }) => fate !== 'sent')

function linesOf(text: string): string[] {
  const lines = text.split('\r\n')
  // Each line has its CRLF, so the last piece is none.
  while (lines.at(-1) === '') lines.pop()
  return lines
}

function fieldOf(line: string, fate: Fate): HeadField {
  const colon = line.indexOf(':')
  if (colon === -1) return { name: line, value: '', fate }
  return { name: line.slice(0, colon), value: line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, ''), fate }
}

/** As the search box wants it: name or value contains the words, whatever their case. */
export function matchingFields(fields: readonly HeadField[], search: string): HeadField[] {
  const wanted = search.trim().toLowerCase()
  if (wanted === '') return [...fields]
  return fields.filter(({ name, value }) => `${name}: ${value}`.toLowerCase().includes(wanted))
}

/** The value of the first field of that name as received. */
export function fieldValue(head: string, name: string): string | undefined {
  const wanted = name.toLowerCase()
  return headLines(head).fields.find((field) => field.name.toLowerCase() === wanted)?.value
}

/** The value of the first field of that name as it was passed on. */
export function sentValue(head: string, edit: Edit | undefined, name: string): string | undefined {
  const wanted = name.toLowerCase()
  return headLines(head, edit).fields.find((field) => field.fate !== 'dropped' && field.name.toLowerCase() === wanted)
    ?.value
}

export const fieldText = ({ name, value }: HeadField): string => `${name}: ${value}`
