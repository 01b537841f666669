/**
 * TLS on both sides of the proxy.
 *
 * Towards clients: what a connection's first bytes say (`readClientHello`, without I/O), and the leaf it gets
 * (`LeafContexts`). Towards origins: whom we trust (`OriginTrust`), the handshake with them (`secureOrigin`).
 * Where the user asks for it, the keys of both go to a file (`KeyLog`).
 * Beside them, words: what a connection turned out to be (`describeTls`), and why there is none (`explain…`).
 *
 * Promises: hostile bytes never throw and are never held beyond 64 KiB; names from clients are checked before they
 * reach a certificate; origins are verified unless the user said otherwise; a plain-HTTP user pays for none of this.
 * Not here: sockets and what to do with them (proxy/), and how certificates are made (certificates/).
 */
export { type ClientHello, readClientHello } from './client-hello.ts'
export { checkClientCertificate } from './client-certificate.ts'
export { LeafContexts } from './contexts.ts'
export { describeTls } from './describe.ts'
export { explainClientTls } from './explain-client.ts'
export { tlsFailureInWords } from './explain-origin.ts'
export { KeyLog } from './key-log.ts'
export { checkCaPem, OriginTrust } from './origin.ts'
export { secureOrigin } from './origin-handshake.ts'
