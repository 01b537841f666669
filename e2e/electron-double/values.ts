/**
 * What crosses between the double's process and a page, as text, because DevTools carries nothing else: plain values,
 * undefined, arrays, objects, bytes. Anything else throws, as functions do in Electron's structured clone. Both
 * functions run in pages too, so each stands for itself.
 */
export function pack(value: unknown): string {
  const walk = (one: unknown): unknown => {
    if (one === undefined) return ['u']
    if (one === null || typeof one === 'string' || typeof one === 'boolean') return one
    if (typeof one === 'number' && Number.isFinite(one)) return one
    if (Array.isArray(one)) return ['a', one.map(walk)]
    if (one instanceof Uint8Array) {
      let text = ''
      for (let at = 0; at < one.length; at += 8192) text += String.fromCharCode(...one.subarray(at, at + 8192))
      return ['b', btoa(text)]
    }
    const plain = typeof one === 'object' && [Object.prototype, null].includes(Object.getPrototypeOf(one) as null)
    if (!plain) throw new DOMException(`a ${typeof one} could not be cloned`, 'DataCloneError')
    return ['o', Object.fromEntries(Object.entries(one).map(([key, held]) => [key, walk(held)]))]
  }
  return JSON.stringify(walk(value))
}

export function unpack(text: string): unknown {
  const walk = (one: unknown): unknown => {
    if (!Array.isArray(one)) return one
    const [kind, held] = one as [string, unknown]
    if (kind === 'u') return undefined
    if (kind === 'a') return (held as unknown[]).map(walk)
    if (kind === 'b') return Uint8Array.from(atob(held as string), (letter) => letter.charCodeAt(0))
    return Object.fromEntries(Object.entries(held as object).map(([key, inner]) => [key, walk(inner)]))
  }
  return walk(JSON.parse(text))
}
