/** Why there is no TLS with an origin, in one sentence with a way out. */
import type { X509Certificate } from 'node:crypto'
import { distinguishedName } from '../certificates/index.ts'

export type OriginTlsError = { code: 'ORIGIN_CERTIFICATE' | 'ORIGIN_TLS'; message: string }

/** What node and OpenSSL give: `reason` is OpenSSL's ("wrong version number"). */
export type TlsFailure = { code?: string | undefined; reason?: string | undefined; message: string }

/**
 * `error` undefined: the connection just ended. `peer`: the origin's certificate where it is known, without which
 * dates and names are missing from the sentence. Also right for alerts that come after the handshake (TLS 1.3).
 */
export function explainOriginTls(error: TlsFailure | undefined, host: string, peer?: X509Certificate): OriginTlsError {
  const code = error?.code ?? ''
  // Verification has names of its own (CERT_HAS_EXPIRED), the handshake OpenSSL's (ERR_SSL_…), sockets theirs (ECONNRESET).
  if (code === wrongHost || (code !== '' && !/^(?:ERR_.*|E[A-Z0-9]+)$/.test(code))) {
    return { code: 'ORIGIN_CERTIFICATE', message: `${host}: ${refusal(code, error?.message ?? code, host, peer)}` }
  }
  return { code: 'ORIGIN_TLS', message: `${host}: ${tlsFailureInWords(error)}` }
}

const wrongHost = 'ERR_TLS_CERT_ALTNAME_INVALID'
const anyway = 'go on without verifying origins'

function refusal(code: string, message: string, host: string, peer: X509Certificate | undefined): string {
  const issuer = peer ? ` (${distinguishedName(peer.issuer) || 'without a name'})` : ''
  const trust = 'to trust it, add its CA to the origin CAs, or verify no origin'
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return `${expiry(peer)}; it has to be renewed there, or ${anyway}`
    case 'CERT_NOT_YET_VALID':
      return `the origin's certificate is not valid${peer ? ` before ${day(peer.validFromDate)}` : ' yet'}; check this machine's clock, or ${anyway}`
    case wrongHost:
    case 'HOSTNAME_MISMATCH':
      return `the origin's certificate is for ${names(peer)}, not for ${host}; check the address, or ${anyway}`
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return `the origin's certificate is self-signed${issuer}; ${trust}`
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return `the origin's certificate comes from a CA this machine does not trust${issuer}; ${trust}`
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return `the issuer of the origin's certificate is unknown${issuer}, or the origin does not send its intermediate certificates; ${trust}`
    default:
      return `the origin's certificate was refused (${message}); ${anyway}`
  }
}

/** The expired one may also be further up the chain. */
function expiry(peer: X509Certificate | undefined): string {
  if (!peer) return "the origin's certificate has expired"
  return peer.validToDate.getTime() <= Date.now()
    ? `the origin's certificate expired on ${day(peer.validToDate)}`
    : "a certificate in the chain of the origin's has expired"
}

const namesShown = 5

/** The names a certificate is for, of which there may be hundreds; they are the origin's words, and may be long. */
function names(peer: X509Certificate | undefined): string {
  const all = (peer?.subjectAltName ?? '').split(', ').map((name) => name.replace(/^(?:DNS|IP Address):/, ''))
  const shown = all.filter((name) => name !== '').map((name) => name.slice(0, 100))
  if (shown.length === 0) return peer?.subject ? distinguishedName(peer.subject).slice(0, 200) : 'another host'
  const more = shown.length - namesShown
  return shown.slice(0, namesShown).join(', ') + (more > 0 ? ` and ${more} more` : '')
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10)
}

/** Tried in order against OpenSSL's (and BoringSSL's) names, which differ between versions in their middle. */
const failures: [pattern: RegExp, sentence: string][] = [
  [
    /WRONG_VERSION_NUMBER|HTTP_REQUEST|PACKET_LENGTH_TOO_LONG|BAD_RECORD_TYPE|UNKNOWN_PROTOCOL/,
    'the origin did not answer with TLS; if the port speaks plain HTTP, use http://',
  ],
  [
    /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW/,
    'the origin speaks no TLS version that Spillway accepts (1.2 and 1.3); it has to be brought up to date',
  ],
  [
    /CERTIFICATE_REQUIRED/,
    'the origin asks for a client certificate, and none that it takes is set for it; pass this host through',
  ],
  [
    /HANDSHAKE_FAILURE|INSUFFICIENT_SECURITY|NO_SHARED_CIPHER/,
    'the origin refused the handshake: it has no cipher in common with Spillway, or wants a client certificate; pass this host through to let the client try by itself',
  ],
  [/UNRECOGNIZED_NAME/, 'the origin does not serve this name (it refused the server name); check the address'],
  [
    /NO_APPLICATION_PROTOCOL/,
    'the origin speaks neither HTTP/2 nor HTTP/1.1 (it refused both); pass this host through',
  ],
  [/TOO_(?:SMALL|WEAK|SHORT)|LEGACY_/, 'the origin uses cryptography too weak to accept'],
  [
    /^(?:|ECONNRESET|ECONNABORTED|EPIPE)$/,
    'the origin closed the connection during the TLS handshake; check the address and port',
  ],
]

/** Without the host; what keeps it from being a handshake comes as an alert, in TLS 1.3 behind it. */
export function tlsFailureInWords(error: TlsFailure | undefined): string {
  const code = error?.code ?? ''
  const sentence = failures.find(([pattern]) => pattern.test(code))?.[1]
  return (
    sentence ?? `the TLS handshake with the origin failed (${error?.reason ?? error?.message ?? 'no reason given'})`
  )
}
