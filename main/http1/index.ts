/**
 * The HTTP/1 wire codec: heads, framing and chunked bodies (RFC 9112). Sans-io: bytes go in, values come out; it
 * opens nothing and waits for nothing.
 *
 * - `HeadReader` gathers bytes until a head is complete; `parseRequestHead` and `parseResponseHead` read it.
 * - `requestFraming` and `responseFraming` say how the body ends; `followBody` follows it through the bytes as they
 *   come and tells which of them are content and which may be forwarded as they are.
 * - `editHead` writes a head with some of its fields dropped or added, everything else byte for byte as it came.
 *
 * It promises: order, case and duplicates of fields are kept; what is ambiguous is refused with a WireError that says
 * what and where, never repaired; every buffer is bounded; a message cut anywhere reads the same.
 * It does not know methods, policies, connections or HTTP/2.
 */
export type { BodyFollower } from './body.ts'
export { followBody } from './follow-body.ts'
export { encodeChunk, lastChunk } from './encode.ts'
export { editHead } from './edit.ts'
export { isFieldName, isFieldValue } from './grammar.ts'
export { Fields } from './fields.ts'
export { requestFraming, responseFraming, type Framing } from './framing.ts'
export { HeadReader } from './head-reader.ts'
export { HeldBytes } from './held-bytes.ts'
export { parseRequestHead, parseResponseHead, type RequestHead, type ResponseHead } from './head.ts'
export { defaultWireLimits, type WireLimits } from './limits.ts'
export { WireError } from './wire-error.ts'
