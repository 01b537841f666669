/** Two authorities, made by openssl for one run: one signs the origin, the other is lent to the peers that intercept. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Certificates {
  /** PEM files. */
  readonly originCa: string
  readonly origin: { readonly cert: string; readonly key: string; readonly both: string }
  /** RSA 2048, as mitmproxy, mockttp and http-mitm-proxy make for themselves. */
  readonly intercept: { readonly cert: string; readonly key: string; readonly both: string; readonly publicKey: string }
  /** For what HAProxy shows by default, signed by `intercept`. */
  readonly front: { readonly both: string }
}

const P256 = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']
const RSA = ['-newkey', 'rsa:2048']

export function makeCertificates(folder: string, names: readonly string[]): Certificates {
  const openssl = (...args: string[]): Buffer => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  const file = (name: string): string => join(folder, name)
  const join2 = (name: string): string => {
    writeFileSync(
      file(`${name}.both.pem`),
      readFileSync(file(`${name}.pem`), 'utf8') + readFileSync(file(`${name}.key`), 'utf8'),
    )
    return file(`${name}.both.pem`)
  }
  const authority = (name: string, key: string[]): void => {
    const usage = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign']
    const extensions = usage.flatMap((extension) => ['-addext', extension])
    const out = ['-nodes', '-keyout', `${name}.key`, '-out', `${name}.pem`, '-days', '30']
    openssl('req', '-x509', ...key, ...out, '-subj', `/CN=bench ${name}/O=Spillway bench`, ...extensions)
  }
  const leaf = (name: string, issuer: string): void => {
    openssl('req', '-new', ...P256, '-nodes', '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`)
    const extensions = [`subjectAltName=${names.join(',')}`, 'extendedKeyUsage=serverAuth', 'basicConstraints=CA:FALSE']
    writeFileSync(file(`${name}.ext`), extensions.join('\n'))
    const sign = ['-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`, '-CAcreateserial', '-days', '20']
    openssl('x509', '-req', '-in', `${name}.csr`, ...sign, '-extfile', `${name}.ext`, '-out', `${name}.pem`)
  }
  authority('origin-ca', P256)
  leaf('origin', 'origin-ca')
  authority('intercept', RSA)
  openssl('rsa', '-in', 'intercept.key', '-pubout', '-out', 'intercept.pub')
  leaf('front', 'intercept')
  return {
    originCa: file('origin-ca.pem'),
    origin: { cert: file('origin.pem'), key: file('origin.key'), both: join2('origin') },
    intercept: {
      cert: file('intercept.pem'),
      key: file('intercept.key'),
      both: join2('intercept'),
      publicKey: file('intercept.pub'),
    },
    front: { both: join2('front') },
  }
}
