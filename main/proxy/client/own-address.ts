import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'

/** A socket address as Node gives it, in one way of writing: no IPv4 in IPv6, no zone. */
export function plainAddress(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  return mapped?.[1] ?? address.replace(/%.*$/, '').toLowerCase()
}

/**
 * The addresses we listen on. Asked with the remote address of an established connection, it cannot be fooled by
 * names, aliases or DNS: what counts is where the connection has gone.
 */
export class OwnAddresses {
  readonly #listening: { address: string; port: number }[] = []

  add(address: string, port: number): void {
    this.#listening.push({ address: plainAddress(address), port })
  }

  has(remoteAddress: string, remotePort: number): boolean {
    const remote = plainAddress(remoteAddress)
    return this.#listening.some(
      ({ address, port }) => port === remotePort && (address === remote || (isWildcard(address) && isLocal(remote))),
    )
  }
}

function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}

function isLocal(address: string): boolean {
  if (address === '::1' || (isIP(address) === 4 && address.startsWith('127.'))) return true
  return Object.values(networkInterfaces()).some((list) => list?.some((own) => plainAddress(own.address) === address))
}

/** Loopback, private, link-local and unique local addresses: those a LAN client can have. */
export function isLanAddress(address: string): boolean {
  const plain = plainAddress(address)
  if (isIP(plain) === 6) return plain === '::1' || /^(f[cd]|fe[89ab])/.test(plain)
  return /^(127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(
    plain,
  )
}
