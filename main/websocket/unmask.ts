/**
 * Copies `from` to `to` of `source` to `target` at `at`, and takes the mask off (RFC 6455 §5.3). `position`: of the
 * first byte in its frame's payload.
 */
export function copyUnmasked(
  source: Uint8Array,
  from: number,
  to: number,
  target: Uint8Array,
  at: number,
  mask: Uint8Array,
  position: number,
): void {
  if (((mask[0] ?? 0) | (mask[1] ?? 0) | (mask[2] ?? 0) | (mask[3] ?? 0)) === 0) {
    target.set(source.subarray(from, to), at)
    return
  }
  for (let index = 0; index < to - from; index++) {
    target[at + index] = (source[from + index] ?? 0) ^ (mask[(position + index) & 3] ?? 0)
  }
}
