/**
 * HTTP/2 on both sides (RFC 9113), by node:http2. Each stream looks like a connection of its own that speaks HTTP/1.1, so
 * that everything that is done with messages is done in one place, and each side may speak what it likes.
 *
 * - `serveHttp2` takes a client's connection; each of its requests comes as such a socket.
 * - `OriginSession` is a connection to an origin; each line of it takes one request after the other.
 *
 * - A stream that its peer resets ends with a `StreamReset`; `setResetCode` says what a peer is told by ours.
 * - `peerFault` tells the rule that a peer has broken, by the error with which the library has ended its connection.
 *
 * A WebSocket within a stream (RFC 8441) looks like an upgrade of HTTP/1.1, and a tunnel (RFC 9113 §8.5) like its CONNECT;
 * their bytes are behind it.
 *
 * It promises: names and values become lines of text only where they are allowed in one; order and duplicates of fields
 * are kept; a stream that was reset never looks complete; a stalled stream stalls its counterpart and no other; windows,
 * heads and floods are bounded.
 * It does not know what a request is for, whom it goes to, or what becomes of its response.
 */
export { OriginSession } from './origin-session.ts'
export { looksPerLimit } from './begun-watch.ts'
export { peerFault } from './peer-fault.ts'
export { serveHttp2, type Served } from './serve.ts'
export { resetCodes, StreamReset } from './stream-reset.ts'
export { isStreamSocket, setResetCode } from './stream-socket.ts'
