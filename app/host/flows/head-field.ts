/** Fields of a kept head: one latin1 text of lines, each with its CRLF; a start line comes first. */

/** The value of the first such field, with the white space around it; `name` in lower case. */
export function fieldIn(head: string, name: string): string | undefined {
  const line = nextLine(head, name, 0)
  return line === -1 ? undefined : valueAt(head, line, name)
}

/** Values of all such fields, in their order. */
export function fieldsIn(head: string, name: string): string[] {
  const values: string[] = []
  for (let line = nextLine(head, name, 0); line !== -1; line = nextLine(head, name, line)) {
    values.push(valueAt(head, line, name))
  }
  return values
}

/** Where the first line behind the one at `from` begins that is such a field; -1: there is none. */
function nextLine(head: string, name: string, from: number): number {
  for (let end = head.indexOf('\r\n', from); end !== -1; end = head.indexOf('\r\n', end + 2)) {
    if (isNamed(head, end + 2, name)) return end + 2
  }
  return -1
}

function valueAt(head: string, line: number, name: string): string {
  const end = head.indexOf('\r\n', line)
  return head.slice(line + name.length + 1, end === -1 ? head.length : end)
}

function isNamed(head: string, line: number, name: string): boolean {
  if (head.charCodeAt(line + name.length) !== 0x3a) return false
  for (let at = 0; at < name.length; at++) {
    const code = head.charCodeAt(line + at)
    const lower = code >= 0x41 && code <= 0x5a ? code | 0x20 : code
    if (lower !== name.charCodeAt(at)) return false
  }
  return true
}
