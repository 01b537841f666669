import { expect, test } from 'vitest'
import { searchBytes, type BytesMatch } from './in-bytes.ts'

async function found(bytes: Uint8Array, query: string): Promise<number[]> {
  const read = (offset: number, length: number) => Promise.resolve(bytes.subarray(offset, offset + length))
  const matches: BytesMatch[] = []
  for await (const batch of searchBytes(bytes.length, read, query, new AbortController().signal)) matches.push(...batch)
  return matches.map(({ from }) => from)
}

test('text in any case, and bytes as they are written in hex', async () => {
  const bytes = Buffer.concat([Buffer.from('Grün GRüN a.b'), Buffer.of(0, 0x0d, 0x0a, 0xff, 0x41, 0x61)])
  expect(await found(bytes, 'grün')).toEqual([0, 6])
  expect(await found(bytes, '.')).toEqual([13 - 0])
  expect(await found(bytes, '0d 0a')).toEqual([16])
  expect(await found(bytes, '0xFF41')).toEqual([18])
  expect(await found(bytes, '41 61')).toEqual([19])
  expect(await found(bytes, 'nowhere')).toEqual([])
})

test('what lies across two pieces is found once', async () => {
  const bytes = new Uint8Array(400_000)
  bytes.set(Buffer.from('needle'), 192 * 1024 - 3)
  expect(await found(bytes, 'needle')).toEqual([192 * 1024 - 3])
})
