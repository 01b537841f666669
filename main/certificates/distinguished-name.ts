/**
 * Most specific first, on one line: "CN=example.com, O=Example, C=US". `lines` is what X509Certificate gives, undefined
 * for an empty name; OpenSSL has escaped what is not printable in it.
 */
export function distinguishedName(lines: string | undefined): string {
  return (lines ?? '').split('\n').reverse().join(', ')
}
