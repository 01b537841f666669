/** A message that breaks the wire's rules. `message` says what is wrong and where, for people; it quotes safely. */
export class WireError extends Error {
  /** The status a proxy answers its client with (RFC 9110 §15.5, RFC 6585 §5). */
  readonly status: number
  constructor(message: string, status = 400) {
    super(message)
    this.name = 'WireError'
    this.status = status
  }
}

/** The beginning of a hostile text, on one line: quotes and backslashes escaped, what is not printable ASCII as \xNN. */
export function quote(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 60)}…` : text
  const plain = short.replace(/["\\]/g, '\\$&')
  return `"${plain.replace(/[^\x20-\x7e…]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`)}"`
}
