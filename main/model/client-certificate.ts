/** Certificates by which we prove to origins who we are, where they want that. */

/** As users write it: files. `key` absent: it is in the file of the certificate. `pfx`: instead of both (PKCS #12). */
export type ClientCertificateFiles = {
  /** A glob on host or host:port, as those of passthrough. */
  host: string
  cert?: string
  key?: string
  pfx?: string
  passphrase?: string
}

/** As the engine takes it: what is in the files. */
export type ClientCertificate = {
  host: string
  content: { cert: string; key: string } | { pfx: Uint8Array }
  passphrase: string | undefined
}
