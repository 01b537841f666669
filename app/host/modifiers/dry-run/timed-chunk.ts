/** `atMs`: since the first byte of the response. */
export type TimedChunk = { bytes: Uint8Array; atMs: number }
