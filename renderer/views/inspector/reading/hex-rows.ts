/** Bytes as rows of a hex dump. Pure. */

export const rowBytes = 16

export type HexRow = { offset: string; hex: string; ascii: string }

const digits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** `offset`: of the first byte in the body, a multiple of 16; `total` decides how wide offsets are. */
export function hexRow(bytes: Uint8Array, offset: number, total: number): HexRow {
  let hex = ''
  let ascii = ''
  for (let index = 0; index < rowBytes; index++) {
    if (index === 8) hex += ' '
    const byte = bytes[index]
    hex += byte === undefined ? '   ' : `${digits[byte] ?? ''} `
    if (byte !== undefined) ascii += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·'
  }
  return { offset: offset.toString(16).padStart(offsetWidth(total), '0'), hex: hex.trimEnd(), ascii }
}

export const rowCount = (total: number): number => Math.ceil(total / rowBytes)

const offsetWidth = (total: number): number => (total > 0xffff_ffff ? 12 : 8)

/** A browser draws no element taller than some 33 million pixels; beyond this the scroll bar stands for more rows. */
const tallest = 30_000_000

export type Viewport = { scrollTop: number; height: number; rowHeight: number; rows: number }

/** Which rows are seen, and where they are drawn; a few more each side, so that scrolling shows no gap. */
export function rowsSeen({ scrollTop, height, rowHeight, rows }: Viewport): {
  first: number
  last: number
  top: number
} {
  const real = rows * rowHeight
  const shown = Math.min(real, tallest)
  const room = Math.max(1, shown - height)
  const at = real <= tallest ? scrollTop : (Math.min(scrollTop, room) / room) * (real - height)
  const seen = Math.floor(at / rowHeight)
  const first = Math.max(0, seen - 8)
  const last = Math.min(rows, seen + Math.ceil(height / rowHeight) + 9)
  return { first, last, top: scrollTop - at + first * rowHeight }
}

export const drawnHeight = (rows: number, rowHeight: number): number => Math.min(rows * rowHeight, tallest)
