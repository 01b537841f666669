/**
 * WebSockets as somebody sees them who only looks on: bytes of a tunnel go in, messages come out.
 *
 * - `agreedExtensions` looks at the heads of a 101: whether a WebSocket begins, and with which extensions.
 * - `MessageAssembler` finds frames in the bytes of one direction, however they were cut, and makes messages of them.
 * - `encodeMessage` and `decodeMessage` are the index of a flow's messages, a record of fixed size for each.
 * - `PayloadReader` finds the payload in the recorded bytes of one message, and `MessageInflater` inflates it,
 *   at once or piece by piece.
 *
 * Promises: strict (RFC 6455, RFC 7692): what breaks a rule ends the looking on, for good and with a reason, as nobody
 * could say any more where a frame begins; memory is bounded, whatever a frame claims; nothing here throws at hostile
 * bytes. It neither sends, records nor delays: proxy/ does the first two, and nobody the third.
 */
export { agreedExtensions, type AgreedExtensions, type DeflateParameters } from './handshake.ts'
export { MessageAssembler } from './messages.ts'
export { decodeMessage, encodeMessage, indexRecordSize } from './message-index.ts'
export { PayloadReader } from './payload.ts'
export { lostContext, MessageInflater } from './inflater.ts'
