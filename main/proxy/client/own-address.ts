import { isIP, isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'

/** A socket address as Node gives it, in one way of writing: no IPv4 in IPv6, no zone. */
export function plainAddress(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  return mapped?.[1] ?? address.replace(/%.*$/, '').toLowerCase()
}

/**
 * The addresses we listen on, and those that the host says are its own. Asked with the remote address of an established
 * connection, it cannot be fooled by names, aliases or DNS: what counts is where the connection has gone.
 */
export class OwnAddresses {
  readonly #listening: { address: string; port: number }[] = []

  /** An address in any way of writing it, or "localhost". Throws for other names: what they mean may change. */
  add(host: string, port: number): void {
    const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1')
    if (name === 'localhost') {
      this.add('127.0.0.1', port)
      this.add('::1', port)
      return
    }
    let address = plainAddress(name)
    // As the system writes it: "0:0:0:0:0:0:0:1" is "::1".
    if (isIPv6(address)) address = new URL(`http://[${address}]`).hostname.slice(1, -1)
    if (isIP(address) === 0) throw new TypeError(`"${host}" is not an address`)
    this.#listening.push({ address, port })
  }

  /** Undoes one add() of an address as the system writes it. */
  remove(address: string, port: number): void {
    const own = plainAddress(address)
    const index = this.#listening.findIndex((one) => one.address === own && one.port === port)
    if (index !== -1) this.#listening.splice(index, 1)
  }

  /** Whether any of them is at this port. */
  listensOn(port: number): boolean {
    return this.#listening.some((one) => one.port === port)
  }

  /** Whether a connection that has gone there has come to one of them. */
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
