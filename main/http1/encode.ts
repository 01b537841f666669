/** One transfer chunk (RFC 9112 §7.1); nothing for no bytes, because an empty chunk would end the body. */
export function encodeChunk(bytes: Buffer): Buffer {
  if (bytes.length === 0) return bytes
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`, 'latin1'), bytes, Buffer.from('\r\n')])
}

/** The end of a chunked body. `trailers` are field lines, each with its CRLF. */
export function lastChunk(trailers = ''): Buffer {
  return Buffer.from(`0\r\n${trailers}\r\n`, 'latin1')
}
