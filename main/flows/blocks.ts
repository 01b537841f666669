/**
 * Bytes gathered in memory: appended at the end, dropped at the front. Appending is linear in the bytes however small
 * the pieces are: they share blocks, and the first block grows by doubling, so that a short body stays short.
 * Bytes once appended never move under a view that was given out.
 */

/** Blocks are at least this large once there is that much to gather. */
export const blockSize = 64 * 1024
const smallest = 256

/**
 * Short first blocks are cut from a slab, as Buffer.allocUnsafe does (0.1 µs instead of 1 µs), but from a small one:
 * 2,000 event streams that said a word and fell silent must not hold Node's 64 KiB each.
 */
const slabSize = 8 * 1024
const cutAtMost = slabSize / 4
let slab = Buffer.alloc(0)
let slabUsed = 0

function cut(size: number): Buffer {
  if (size > cutAtMost) return Buffer.allocUnsafeSlow(size)
  if (slabUsed + size > slab.length) {
    slab = Buffer.allocUnsafeSlow(slabSize)
    slabUsed = 0
  }
  slabUsed += size
  return slab.subarray(slabUsed - size, slabUsed)
}

/**
 * Blocks whose bytes have gone to a file, for the next ones: as garbage they would be collected at 64 MB. As many as
 * are written at once, and as come meanwhile.
 */
const maxSpare = 32
const spare: Buffer[] = []

type Block = { bytes: Buffer; used: number }

export class Blocks {
  /** Bytes ever appended: the offset behind the last one. */
  end = 0
  readonly #blocks: Block[] = []
  /** Somebody may look at them for ever. */
  #given = false
  /** Offset of the first block's first byte. */
  #start = 0

  /** Copies: the caller may reuse its buffer at once. */
  append(bytes: Buffer): void {
    if (bytes.length === 0) return
    this.end += bytes.length
    let last = this.#blocks.at(-1)
    let from = 0
    if (last !== undefined) {
      if (last.used + bytes.length > last.bytes.length && last.bytes.length < blockSize) grow(last, bytes.length)
      from = Math.min(bytes.length, last.bytes.length - last.used)
      bytes.copy(last.bytes, last.used, 0, from)
      last.used += from
      if (from === bytes.length) return
    }
    const rest = bytes.length - from
    // A first piece gets what it needs: most bodies come in one.
    const first = last === undefined && this.#start === 0
    last = {
      bytes: first ? cut(Math.max(rest, smallest)) : blockFor(rest),
      used: rest,
    }
    bytes.copy(last.bytes, 0, from)
    this.#blocks.push(last)
  }

  /** What is there from `offset` on, not copied, and valid for ever; ends behind the block that makes it `enough`. */
  views(offset: number, enough: number): Buffer[] {
    this.#given = true
    return this.front(offset, enough)
  }

  /** As `views`, but valid only until it is dropped. */
  front(offset: number, enough: number): Buffer[] {
    const views: Buffer[] = []
    let start = this.#start
    for (const block of this.#blocks) {
      if (enough <= 0) break
      const from = Math.max(0, offset - start)
      if (from < block.used) {
        views.push(block.bytes.subarray(from, block.used))
        enough -= block.used - from
      }
      start += block.used
    }
    return views
  }

  /** Copies what is there from `offset` on to `target` from `at` on, until `target` is full. */
  copy(offset: number, target: Buffer, at: number): void {
    for (const view of this.front(offset, target.length - at)) at += view.copy(target, at)
  }

  /** Frees the blocks that hold nothing from `offset` on. */
  dropUntil(offset: number): void {
    let first = this.#blocks[0]
    while (first !== undefined && this.#start + first.used <= offset) {
      // The last one can take more.
      if (this.#blocks.length === 1 && first.used < first.bytes.length) return
      this.#blocks.shift()
      if (!this.#given && first.bytes.length === blockSize && spare.length < maxSpare) spare.push(first.bytes)
      this.#start += first.used
      first = this.#blocks[0]
    }
  }
}

function blockFor(size: number): Buffer {
  return (size <= blockSize ? spare.pop() : undefined) ?? Buffer.allocUnsafeSlow(Math.max(size, blockSize))
}

function grow(block: Block, more: number): void {
  const larger = Buffer.allocUnsafeSlow(Math.min(blockSize, Math.max(2 * block.bytes.length, block.used + more)))
  block.bytes.copy(larger, 0, 0, block.used)
  block.bytes = larger
}
