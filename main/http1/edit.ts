import type { HeadEdit } from '../model/flow.ts'
import type { Fields } from './fields.ts'

/**
 * A head as it goes out: `head` as received, with the edit applied and the empty line at its end. What the edit does
 * not name stays byte for byte as it came.
 */
export function editHead(head: { text: string; fields: Fields }, edit: HeadEdit | undefined): string {
  const { text, fields } = head
  if (!edit) return `${text}\r\n`
  let kept = edit.startLine === undefined ? 0 : text.indexOf('\r\n')
  let out = edit.startLine ?? ''
  for (const index of edit.drop) {
    out += text.slice(kept, fields.starts[index])
    kept = fields.starts[index + 1] ?? text.length
  }
  out += text.slice(kept)
  for (const [name, value] of edit.add) out += `${name}: ${value}\r\n`
  return `${out}\r\n`
}
