import { isIP } from 'node:net'

/**
 * Names that nobody can have pointed here from outside: addresses, names of one label, and those that no registry gives
 * away (RFC 6761, RFC 6762, RFC 8375, and ICANN's .internal).
 */
const reserved = /^[^.]+$|\.(?:localhost|local|internal|test|home\.arpa)$/

/**
 * Whether a client that calls the listener so is one that its user has sent here. A page whose name an attacker's DNS has
 * pointed to this machine is "same-origin" with the listener for its browser and could read through it; and as Host is
 * told anew, the origin could not tell either. The origin's own name and this machine's may be in a hosts file.
 * All in lower case.
 */
export function isKnownHost(asked: string, origin: string, machine: string): boolean {
  const name = asked.replace(/\.$/, '')
  return isIP(name) !== 0 || reserved.test(name) || name === origin || name === machine.toLowerCase()
}
