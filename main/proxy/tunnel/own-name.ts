import { isOwnSite } from '../own-site/own-site.ts'

/**
 * Whether a client that begins TLS with the proxy's port, and calls it so, means the proxy itself and not an origin. By
 * any other name of this machine it cannot be told from one that was sent here. `name`, `address`: in lower case. Pure.
 */
export function isOwnName(name: string, address: string, machine: string): boolean {
  const own = machine.toLowerCase()
  return name === 'localhost' || name === address || name === own || name === `${own}.local` || isOwnSite(name)
}
