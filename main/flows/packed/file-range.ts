/** A part of a file, without keeping the file open: there may be more files of bodies than descriptors. */
import { open } from 'node:fs/promises'
import type { FilePart } from '../../model/flow.ts'

const zerosAtOnce = 256 * 1024

/** Up to `length` bytes from `offset`, fewer at the end; undefined when there is no such file. */
export async function readRange(path: string, offset: number, length: number): Promise<Buffer | undefined> {
  try {
    await using file = await open(path, 'r')
    const target = Buffer.allocUnsafe(length)
    let at = 0
    while (at < length) {
      const { bytesRead } = await file.read(target, at, length - at, offset + at)
      if (bytesRead === 0) break
      at += bytesRead
    }
    return target.subarray(0, at)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** The same of a body that lies in several files, which are in order; ends where a gap between them begins. */
export async function readParts(
  files: readonly FilePart[],
  offset: number,
  length: number,
): Promise<Buffer | undefined> {
  const found: Buffer[] = []
  let at = offset
  for (const { offset: from, length: size, path } of files) {
    if (at >= offset + length || from > at) break
    if (from + size <= at) continue
    const bytes = await readRange(path, at - from, Math.min(size - (at - from), offset + length - at))
    if (bytes === undefined) return undefined
    found.push(bytes)
    at += bytes.length
  }
  const [first] = found
  return found.length === 1 ? first : Buffer.concat(found)
}

/** Zeros `length` bytes from `offset`. Rejects when there is no such file, or as the disk does. */
export async function overwriteRange(path: string, offset: number, length: number): Promise<void> {
  await using file = await open(path, 'r+')
  const zeros = Buffer.alloc(Math.min(length, zerosAtOnce))
  for (let at = 0; at < length; at += zeros.length) {
    await file.write(zeros, 0, Math.min(zeros.length, length - at), offset + at)
  }
}
