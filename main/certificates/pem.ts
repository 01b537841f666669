/** PEM (RFC 7468): the text form of what is in our files and what OpenSSL is given. */

/**
 * Wrapped at 64 characters, without an empty line when the last one is full: OpenSSL refuses such a text, and only
 * certificates whose length is a multiple of 48 bytes, so only those of some host names, would have it.
 */
export function pemOf(label: 'CERTIFICATE', der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

const certificateBlock = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g

/** The certificates in a text, and nothing else: a private key that lies in the same file stays there. */
export function certificatesIn(text: string): string[] {
  return (text.match(certificateBlock) ?? []).map((block) => `${block}\n`)
}
