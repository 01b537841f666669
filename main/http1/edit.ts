import type { HeadEdit } from '../model/flow.ts'
import type { Fields } from './fields.ts'

/**
 * A head as it goes out: `head` as received, with the edit applied and the empty line at its end. What the edit does
 * not name stays byte for byte as it came. `edit.drop` is in ascending order. Start line and added fields are not
 * looked at: whoever takes them from users refuses controls and what is not latin1, which would split the message.
 */
export function editHead(head: { text: string; fields: Fields }, edit: HeadEdit | undefined): string {
  const { text, fields } = head
  if (!edit) return `${text}\r\n`
  let kept = edit.startLine === undefined ? 0 : text.indexOf('\r\n')
  let out = edit.startLine ?? ''
  for (const index of edit.drop) {
    out += text.slice(kept, fields.start(index))
    kept = fields.start(index + 1)
  }
  out += text.slice(kept)
  for (const [name, value] of edit.add) out += `${name}: ${value}\r\n`
  return `${out}\r\n`
}
