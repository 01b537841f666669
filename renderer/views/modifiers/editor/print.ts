/**
 * Sixteen letters by which a text is known again; nobody who wants to forge one is in sight. What a draft was written on
 * is kept by them, because beside each draft there is no room for another whole text.
 */
export function printOf(text: string): string {
  let [a, b] = [0xdeadbeef ^ text.length, 0x41c6ce57]
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    a = Math.imul(a ^ code, 2_654_435_761)
    b = Math.imul(b ^ code, 1_597_334_677)
  }
  a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909)
  b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909)
  return [a, b].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('')
}
