/** Bodies up to this leave in one write with their head: one copy is cheaper than a second system call. */
export const joinLimit = 16 * 1024

/** `head` is latin1 text. */
export function joinHead(head: string, bytes: Buffer): Buffer {
  const joined = Buffer.allocUnsafe(head.length + bytes.length)
  joined.write(head, 'latin1')
  bytes.copy(joined, head.length)
  return joined
}
