/** Which origins are dialled at another address than their names have: "NAME=ADDRESS", as users write it. */
import { isIpv4, isIpv6 } from './ip.ts'
import type { Parsed } from './size.ts'

/** `pattern`: a glob on host or host:port, as those of passthrough. `address`: an IP address without brackets. */
export type HostAddress = { pattern: string; address: string }

const accepted = 'write NAME=ADDRESS or NAME:PORT=ADDRESS with an IP address ("*.example.com=127.0.0.1")'

/** "api.example=10.0.0.1", "*.example:8443=[::1]". The message of a refusal names the value and the accepted form. */
export function parseHostAddress(text: string): Parsed<HostAddress> {
  const equals = text.lastIndexOf('=')
  const pattern = text.slice(0, Math.max(0, equals))
  const written = text.slice(equals + 1)
  const address = /^\[(.*:.*)\]$/.exec(written)?.[1] ?? written
  if (!/^[^\s/,=]+$/.test(pattern)) return { ok: false, message: `"${text}" is not an address for a host: ${accepted}` }
  if (isIpv4(address) || isIpv6(address)) return { ok: true, value: { pattern, address } }
  return { ok: false, message: `"${written}" in "${text}" is not an IP address: ${accepted}` }
}
