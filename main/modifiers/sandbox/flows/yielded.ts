import { kindOf } from '../../library/described.ts'

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object
const own = (name: PropertyKey): ((view: unknown) => unknown) => {
  // Unbound on purpose: it is asked of each view.
  // oxlint-disable-next-line typescript/unbound-method
  const { get } = Object.getOwnPropertyDescriptor(typedArray, name) ?? {}
  if (!get) throw new Error(`%TypedArray%.prototype has no ${String(name)}`)
  return (view) => Reflect.apply(get, view, []) as unknown
}
const bufferOf = own('buffer')
const offsetOf = own('byteOffset')
const lengthOf = own('byteLength')

const nothing = new Uint8Array(0)
const encoder = new TextEncoder()

/**
 * The bytes that a modifier yielded: of text as UTF-8, or of a view whose elements are bytes (Uint8Array,
 * Uint8ClampedArray, Int8Array). Undefined for anything else. The view's own properties are not asked, as a modifier
 * may have made them anything.
 */
export function bytesOf(value: unknown): Uint8Array | undefined {
  if (typeof value === 'string') return encoder.encode(value)
  const kind = kindOf(value)
  if (kind !== 'Uint8Array' && kind !== 'Uint8ClampedArray' && kind !== 'Int8Array') return undefined
  const length = lengthOf(value) as number
  if (length === 0) return nothing
  return new Uint8Array(bufferOf(value) as ArrayBuffer, offsetOf(value) as number, length)
}
