const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object
// Unbound on purpose: it is asked of each view, as a view's own properties may be anything.
// oxlint-disable-next-line typescript/unbound-method
const { get: kind } = Object.getOwnPropertyDescriptor(typedArray, Symbol.toStringTag) ?? {}

/** "Uint8Array" and the like, of what is a typed array. */
export function kindOf(value: unknown): string | undefined {
  return kind && (Reflect.apply(kind, value, []) as string | undefined)
}

/** What was found where a number should be: itself, if it is one. */
export const foundFor = (value: unknown): string => (typeof value === 'number' ? String(value) : described(value))

/** "a number", "an object": what a value is, in a sentence about a mistake; with the way out where there is a usual one. */
export function described(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'an array'
  if (value instanceof Promise) return 'a promise (await it first)'
  if (value instanceof ArrayBuffer) return 'an ArrayBuffer (its bytes are: new Uint8Array(buffer))'
  if (ArrayBuffer.isView(value)) {
    const what = kindOf(value) ?? 'DataView'
    const bytes = 'new Uint8Array(view.buffer, view.byteOffset, view.byteLength)'
    return what === 'Uint8Array'
      ? 'a Uint8Array'
      : `${what.startsWith('Int') ? 'an' : 'a'} ${what} (its bytes are: ${bytes})`
  }
  const type = typeof value
  return type === 'object' ? 'an object' : `a ${type}`
}
