import type { HeadEdit } from '../../../main/model/flow.ts'

/** Fields of a kept head, in wire order with case and duplicates; a head is one latin1 text of lines with CRLF. */
export type Field = [name: string, value: string]

/** `lines`: field lines only, as trailers are. */
export function fieldsOf(lines: string): Field[] {
  const fields: Field[] = []
  let start = 0
  while (start < lines.length) {
    const end = lines.indexOf('\r\n', start)
    const line = end === -1 ? lines.slice(start) : lines.slice(start, end)
    const colon = line.indexOf(':')
    if (colon > 0) fields.push([line.slice(0, colon), withoutSpace(line, colon + 1)])
    if (end === -1) break
    start = end + 2
  }
  return fields
}

/** `head`: a start line, then field lines. */
export function headFieldsOf(head: string): Field[] {
  const start = head.indexOf('\r\n')
  return start === -1 ? [] : fieldsOf(head.slice(start + 2))
}

/** A response's head as it went out: `edit` is what was done to the received one. */
export function sentHead(status: number, head: string, { startLine, drop, add }: HeadEdit) {
  const kept = headFieldsOf(head).filter((_, index) => !drop.includes(index))
  const [, said] = /^HTTP\/\S+ (\d+)/.exec(startLine ?? '') ?? []
  return { status: said === undefined ? status : Number(said), headers: [...kept, ...add] }
}

// RFC 9110 §5.5: optional white space around a value is space and tab only; trim() would take more.
function withoutSpace(line: string, from: number): string {
  let start = from
  let end = line.length
  while (start < end && isSpace(line.charCodeAt(start))) start++
  while (end > start && isSpace(line.charCodeAt(end - 1))) end--
  return line.slice(start, end)
}

const isSpace = (code: number): boolean => code === 0x20 || code === 0x09
