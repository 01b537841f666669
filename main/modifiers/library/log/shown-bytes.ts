const most = 200

/** `5 bytes "hello"` when they are ASCII text, else `3 bytes 00 ff 10`; so many of them. */
export function shownBytes(bytes: Uint8Array): string {
  const shown = bytes.subarray(0, most)
  const more = bytes.length > most ? '…' : ''
  const count = `${bytes.length} ${bytes.length === 1 ? 'byte' : 'bytes'}`
  if (bytes.length === 0) return count
  if (shown.every(isText)) {
    let text = ''
    for (const byte of shown) text += String.fromCharCode(byte)
    return `${count} ${JSON.stringify(text)}${more}`
  }
  let hex = ''
  for (const byte of shown.subarray(0, 64)) hex += ` ${byte < 16 ? '0' : ''}${byte.toString(16)}`
  return `${count}${hex}${bytes.length > 64 ? ' …' : ''}`
}

const isText = (byte: number): boolean => (byte >= 32 && byte < 127) || byte === 9 || byte === 10 || byte === 13
