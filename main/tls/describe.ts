/** What a TLS connection turned out to be, as a plain value for the flows it carries. */
import type { X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import { distinguishedName } from '../certificates/index.ts'
import type { CertificateInfo, TlsInfo } from '../model/flow.ts'

/** Once per connection, after its handshake and before its end: afterwards the certificate is gone. */
export function describeTls(socket: TLSSocket): TlsInfo {
  const peer = socket.getPeerX509Certificate()
  // Both are false or null when there is none, whatever their types say.
  const [alpn, serverName]: unknown[] = [socket.alpnProtocol, socket.servername]
  return {
    version: socket.getProtocol() ?? 'unknown',
    alpn: typeof alpn === 'string' ? alpn : undefined,
    serverName: typeof serverName === 'string' ? serverName : undefined,
    certificate: peer && describeCertificate(peer),
  }
}

function describeCertificate(certificate: X509Certificate): CertificateInfo {
  return {
    subject: distinguishedName(certificate.subject),
    issuer: distinguishedName(certificate.issuer),
    validFrom: certificate.validFromDate.toISOString(),
    validTo: certificate.validToDate.toISOString(),
    sha256: certificate.fingerprint256,
  }
}
