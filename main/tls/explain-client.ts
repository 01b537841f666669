/** Why there is no TLS with a client, in one sentence. */
import type { TlsFailure } from './explain-origin.ts'

export type ClientTlsError = { code: 'CLIENT_UNTRUSTING' | 'CLIENT_TLS'; message: string }

const untrusting = 'the Spillway CA (not installed, or the app pins its certificates)'

/**
 * `error` undefined: the client closed without a word, during the handshake or, having completed it, before its first
 * byte (node and OkHttp verify that late). Browsers also do that with connections opened in advance.
 */
export function explainClientTls(error: TlsFailure | undefined, host: string): ClientTlsError {
  const code = error?.code ?? ''
  if (refused.test(code)) {
    return { code: 'CLIENT_UNTRUSTING', message: `${host}: the client does not trust ${untrusting}` }
  }
  if (closed.test(code)) {
    const message = `${host}: the client closed the connection at the TLS handshake; it may not trust ${untrusting}`
    return { code: 'CLIENT_UNTRUSTING', message }
  }
  const sentence = failures.find(([pattern]) => pattern.test(code))?.[1]
  const reason = error?.reason ?? error?.message ?? 'no reason given'
  return {
    code: 'CLIENT_TLS',
    message: `${host}: ${sentence ?? `the TLS handshake with the client failed (${reason})`}`,
  }
}

// RFC 8446 §6.2: bad_certificate, unsupported_certificate, certificate_revoked, …_expired, …_unknown, unknown_ca,
// access_denied ("a valid certificate was received, but …": pinning). Older OpenSSL says SSLV3_ALERT_, newer
// SSL/TLS_ALERT_, and TLSV1_ALERT_ for those that came later.
const refused = /ALERT_(?:BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_\w+|UNKNOWN_CA|ACCESS_DENIED)$/
const closed = /^(?:|ECONNRESET|ECONNABORTED|EPIPE)$/

const failures: [pattern: RegExp, sentence: string][] = [
  [
    /NO_APPLICATION_PROTOCOL/,
    'the client offers no protocol that Spillway speaks here (it wants HTTP/2, HTTP/1.1 or HTTP/1.0 among its ALPN protocols)',
  ],
  [
    /UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|VERSION_TOO_LOW|INAPPROPRIATE_FALLBACK/,
    'the client speaks no TLS version that Spillway accepts (1.2 and 1.3)',
  ],
  [
    /NO_SHARED_|NO_SUITABLE_|NO_COMMON_|HANDSHAKE_FAILURE|INSUFFICIENT_SECURITY/,
    'the client has no cipher, curve or signature in common with Spillway (whose certificates have P-256 keys)',
  ],
  [
    /HTTP_REQUEST|HTTPS_PROXY_REQUEST|WRONG_VERSION_NUMBER|LENGTH|UNEXPECTED_|DECODE|PARSE|BAD_|UNKNOWN_PROTOCOL|RECORD/,
    'what the client sent is not a TLS handshake',
  ],
]
