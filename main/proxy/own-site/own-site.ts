/**
 * What http://spillway.local/ answers to clients that come through the proxy: the CA's certificate, and how to install
 * it. The name is never looked up, nothing of it reaches an origin, and the CA's key is not known here. Pure.
 */
import { X509Certificate } from 'node:crypto'
import { installPage } from './install-page.ts'

/** `.local` is nobody's in the DNS (RFC 6762 §3), so no real site is hidden by it. */
const name = 'spillway.local'

/** `host` in lower case. */
export function isOwnSite(host: string): boolean {
  return host === name || host === `${name}.`
}

/** Why its flows are delivered as they are. */
export const ownReason = 'answered by Spillway itself'

export type OwnAnswer =
  | { kind: 'content'; fields: readonly string[]; body: Buffer }
  | { kind: 'refusal'; status: 404 | 405; fields: readonly string[]; message: string }

/** `caPem`: the certificate, with its issuers if it has any. `proxy`: where the client has reached us, "host:port". */
export function ownAnswer(method: string, path: string, caPem: string, proxy: string): OwnAnswer {
  if (method !== 'GET' && method !== 'HEAD') {
    const message = `${name} is Spillway itself, which only answers GET and HEAD there`
    return { kind: 'refusal', status: 405, fields: ['Allow: GET, HEAD'], message }
  }
  switch (path.replace(/\?.*$/s, '')) {
    case '/':
      return page(installPage(caPem, proxy))
    case '/ca.pem':
      return certificate('application/x-pem-file', 'spillway-ca.pem', Buffer.from(caPem, 'latin1'))
    // Windows, iOS and Android know a certificate by the first name, OpenSSL's users by the second.
    case '/ca.crt':
      return certificate('application/x-x509-ca-cert', 'spillway-ca.crt', new X509Certificate(caPem).raw)
    case '/ca.der':
      return certificate('application/x-x509-ca-cert', 'spillway-ca.der', new X509Certificate(caPem).raw)
    default: {
      const message = `${name} is Spillway itself: there is only its page (/) and its CA's certificate (/ca.pem, /ca.crt, /ca.der)`
      return { kind: 'refusal', status: 404, fields: [], message }
    }
  }
}

function page(html: string): OwnAnswer {
  const policy = "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'"
  return { kind: 'content', fields: ['Content-Type: text/html; charset=utf-8', policy], body: Buffer.from(html) }
}

function certificate(type: string, file: string, body: Buffer): OwnAnswer {
  const fields = [`Content-Type: ${type}`, `Content-Disposition: attachment; filename="${file}"`]
  return { kind: 'content', fields, body }
}
