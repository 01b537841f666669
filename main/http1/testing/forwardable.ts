const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const quoted = '"(?:[\\t \\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t\\x20-\\x7e\\x80-\\xff])*"'
const sizeLine = new RegExp(`([0-9A-Fa-f]+)(?:;${token}(?:=(?:${token}|${quoted}))?)*\\r\\n`, 'y')
const end = new RegExp(`(?:${token}:[\\t\\x20-\\x7e\\x80-\\xff]*\\r\\n)*\\r\\n$`, 'y')

/**
 * Whether the beginning of a chunked body stops where raw forwarding may stop: behind a size line, within or behind
 * data, behind the CRLF of a chunk, or at the very end; never within a line. Written from RFC 9112 §7.1, apart from
 * the codec.
 */
export function forwardable(wire: string): boolean {
  let at = 0
  while (at < wire.length) {
    sizeLine.lastIndex = at
    const size = sizeLine.exec(wire)?.[1]
    if (size === undefined) return false
    at = sizeLine.lastIndex
    if (/^0+$/.test(size)) {
      end.lastIndex = at
      return end.test(wire)
    }
    at += parseInt(size, 16)
    if (at >= wire.length) return true
    if (wire.slice(at, at + 2) !== '\r\n') return false
    at += 2
  }
  return true
}
