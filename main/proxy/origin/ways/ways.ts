/** How origins are reached where that is not simply by the addresses of their names. Pure: values in, a way out. */
import { parseHostAddress, type HostAddress } from '../../../model/host-address.ts'
import type { Settings } from '../../../model/settings.ts'
import { passthroughPattern } from '../../../rules/index.ts'
import { writeAuthority } from '../../exchange/target.ts'
import type { Way } from './way.ts'

type WaySettings = Pick<Settings, 'resolve'>

export class Ways {
  readonly #addresses: readonly HostAddress[]
  readonly #patterns: readonly string[]

  private constructor(settings: WaySettings) {
    this.#addresses = settings.resolve.map((text) => {
      const parsed = parseHostAddress(text)
      if (!parsed.ok) throw new TypeError(parsed.message)
      return parsed.value
    })
    this.#patterns = this.#addresses.map(({ pattern }) => pattern)
  }

  /** Undefined when nothing is set, so that the usual case costs nothing. Throws for texts the settings' parsers refuse. */
  static of(settings: WaySettings): Ways | undefined {
    return settings.resolve.length > 0 ? new Ways(settings) : undefined
  }

  /** Undefined: straight to an address of the host. */
  to(host: string, port: number): Way | undefined {
    const pattern = passthroughPattern(this.#patterns, host, port)
    const address = pattern === undefined ? undefined : this.#addresses[this.#patterns.indexOf(pattern)]?.address
    if (address === undefined) return undefined
    return { key: `at ${address}`, address, note: overridden(host, port, address) }
  }
}

const overridden = (host: string, port: number, address: string): string =>
  `the address of ${writeAuthority(host, port)} was overridden: ${address}`
