/** Bytes for tests. */

/** Bytes that tell where they belong: every fourth offset is written as a 32-bit number. */
export function patterned(length: number): Buffer {
  const words = new Uint32Array(Math.ceil(length / 4))
  for (let index = 0; index < words.length; index++) words[index] = index
  return Buffer.from(words.buffer, 0, length)
}

/** One transfer chunk. `extension` with its semicolon. */
export function chunk(content: string | Buffer, extension = ''): Buffer {
  const bytes = Buffer.from(content)
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}${extension}\r\n`), bytes, Buffer.from('\r\n')])
}
