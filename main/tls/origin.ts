/** What we ask of origins: whose certificates are good, and what we offer them. */
import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import {
  checkServerIdentity,
  type ConnectionOptions,
  createSecureContext,
  getCACertificates,
  type SecureContext,
} from 'node:tls'
import { certificatesIn } from '../certificates/index.ts'
import type { ClientCertificate } from '../model/client-certificate.ts'
import type { Parsed } from '../model/size.ts'
import { identityOptions } from './client-certificate.ts'

export class OriginTrust {
  readonly insecure: boolean
  /** Takes the lines of 'keylog' events; undefined, the usual case: nobody wants them. */
  readonly keyLog: ((line: Buffer) => void) | undefined
  private readonly originCas: readonly string[]
  private readonly identity: ClientCertificate | undefined
  private shared: SecureContext | undefined

  /** `identity`: who we are, for origins that ask. */
  constructor(
    settings: { originCas: readonly string[]; insecure: boolean },
    keyLog?: (line: Buffer) => void,
    identity?: ClientCertificate,
  ) {
    this.originCas = settings.originCas
    this.insecure = settings.insecure
    this.keyLog = keyLog
    this.identity = identity
  }

  /**
   * For `tls.connect`. The origin must prove to be `serverName` (what the client asked for in its hello) or, without
   * one, `host`; `http2`: it may choose that; addresses must be in the certificate as addresses. Safe as it is: only `insecure` takes what comes.
   */
  options(host: string, serverName: string | undefined, http2 = false): ConnectionOptions {
    const bare = (serverName ?? host).replace(/^\[(.*)\]$/, '$1')
    const ALPNProtocols = http2 ? ['h2', 'http/1.1'] : ['http/1.1']
    const offered = { secureContext: this.context(), ALPNProtocols, rejectUnauthorized: !this.insecure }
    // RFC 6066 §3: addresses are no server names. Without one, node would verify `host`, which is then theirs to give.
    return isIP(bare) === 0
      ? {
          ...offered,
          servername: bare,
          checkServerIdentity: (_, certificate) => checkServerIdentity(bare, certificate),
        }
      : { ...offered, checkServerIdentity: (_, certificate) => checkServerIdentity(bare, certificate) }
  }

  /**
   * One for all origins, made for the first: collecting the system's CAs takes 50 ms and parsing them 20 to 90. A file
   * given by the user is trusted as it is, so an intermediate or the origin's own certificate will do.
   */
  private context(): SecureContext {
    return (this.shared ??= this.identity || this.insecure ? this.made() : this.sharedByEngines())
  }

  private sharedByEngines(): SecureContext {
    const cas = this.originCas.join('\n')
    if (newest?.cas !== cas) newest = { cas, context: this.made() }
    return newest.context
  }

  private made(): SecureContext {
    return createSecureContext({
      ...(this.identity && identityOptions(this.identity)),
      minVersion: 'TLSv1.2',
      ca: this.insecure
        ? []
        : [...new Set([...getCACertificates('default'), ...getCACertificates('system'), ...this.originCas])],
      allowPartialTrustChain: true,
    })
  }
}

/** That of the last engine to verify origins, for those of this process that trust the same CAs of the user's. */
let newest: { cas: string; context: SecureContext } | undefined

/** The certificates in a PEM text; refuses a text without any, and one of which OpenSSL cannot read a part. */
export function checkCaPem(text: string): Parsed<string[]> {
  const certificates = certificatesIn(text)
  if (certificates.length === 0) {
    return { ok: false, message: 'holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)' }
  }
  for (const [at, pem] of certificates.entries()) {
    try {
      new X509Certificate(pem)
    } catch {
      return { ok: false, message: `holds a certificate that cannot be read (number ${at + 1} in it)` }
    }
  }
  return { ok: true, value: certificates }
}
