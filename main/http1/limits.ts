/** Bounds of what the codec holds for one message. */
export type WireLimits = {
  /** Bytes of a head, and of a trailer section. */
  head: number
  /** Fields of a head, and of a trailer section. */
  fields: number
  /** Bytes of the extensions of one chunk. Not of a body: a stream that signs each of its chunks may last for days. */
  extensions: number
}

export const defaultWireLimits: WireLimits = { head: 256 * 1024, fields: 2000, extensions: 16 * 1024 }
