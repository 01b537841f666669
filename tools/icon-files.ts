/** The two containers of icons. Both take PNG images as they are. */

/** By the length of their edge in pixels. */
export type Images = Map<number, Uint8Array>

/** Windows: a directory of 16 bytes for each image, then the images. An edge of 256 is written as 0. */
export function icoOf(images: Images): Uint8Array {
  const taken = [...images].filter(([size]) => size <= 256)
  const header = Buffer.alloc(6 + 16 * taken.length)
  header.writeUInt16LE(1, 2)
  header.writeUInt16LE(taken.length, 4)
  let offset = header.length
  for (const [index, [size, png]] of taken.entries()) {
    const at = 6 + 16 * index
    header.writeUInt8(size % 256, at)
    header.writeUInt8(size % 256, at + 1)
    header.writeUInt16LE(1, at + 4) // colour planes
    header.writeUInt16LE(32, at + 6) // bits of a pixel
    header.writeUInt32LE(png.length, at + 8)
    header.writeUInt32LE(offset, at + 12)
    offset += png.length
  }
  return Buffer.concat([header, ...taken.map(([, png]) => png)])
}

/** Kinds of an .icns that hold PNGs, most of them for screens with twice the pixels. The small old kinds are drawn wrongly by some systems. */
const kinds: [kind: string, size: number][] = [
  ['ic11', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic13', 256],
  ['ic08', 256],
  ['ic14', 512],
  ['ic09', 512],
  ['ic10', 1024],
]

/** macOS: "icns" and the whole length, then each image with its kind and length. */
export function icnsOf(images: Images): Uint8Array {
  const parts = kinds.flatMap(([kind, size]) => {
    const png = images.get(size)
    return png ? [chunk(kind, png)] : []
  })
  return chunk('icns', Buffer.concat(parts))
}

function chunk(kind: string, content: Uint8Array): Uint8Array {
  const header = Buffer.alloc(8)
  header.write(kind, 'latin1')
  header.writeUInt32BE(content.length + 8, 4)
  return Buffer.concat([header, content])
}
