import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const folder = 'assets/icons'
const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')

/** Its edge, or undefined when it is no square PNG. */
function edgeOf(png: Buffer): number | undefined {
  if (!png.subarray(0, 8).equals(signature) || png.readUInt32BE(16) !== png.readUInt32BE(20)) return undefined
  return png.readUInt32BE(16)
}

test.each([16, 24, 32, 48, 64, 128, 256, 512, 1024])('there is a PNG of %d pixels', (size) => {
  expect(edgeOf(readFileSync(`${folder}/${size}x${size}.png`))).toBe(size)
})

test('the .ico says where its images are', () => {
  const file = readFileSync(`${folder}/icon.ico`)
  expect([file.readUInt16LE(0), file.readUInt16LE(2)]).toEqual([0, 1])
  const edges: (number | undefined)[] = []
  let end = 6 + 16 * file.readUInt16LE(4)
  for (let at = 6; at < 6 + 16 * file.readUInt16LE(4); at += 16) {
    const [length, offset] = [file.readUInt32LE(at + 8), file.readUInt32LE(at + 12)]
    expect(offset).toBe(end)
    const edge = edgeOf(file.subarray(offset, offset + length))
    expect(file.readUInt8(at)).toBe((edge ?? 0) % 256)
    edges.push(edge)
    end = offset + length
  }
  expect(end).toBe(file.length)
  expect(edges).toEqual([16, 24, 32, 48, 64, 128, 256])
})

test('the .icns is as long as it says, and each kind has its size', () => {
  const file = readFileSync(`${folder}/icon.icns`)
  expect([file.toString('latin1', 0, 4), file.readUInt32BE(4)]).toEqual(['icns', file.length])
  const edges: Record<string, number | undefined> = {}
  for (let at = 8; at < file.length; at += file.readUInt32BE(at + 4)) {
    edges[file.toString('latin1', at, at + 4)] = edgeOf(file.subarray(at + 8, at + file.readUInt32BE(at + 4)))
  }
  expect(edges).toEqual({ ic11: 32, ic12: 64, ic07: 128, ic13: 256, ic08: 256, ic14: 512, ic09: 512, ic10: 1024 })
})
