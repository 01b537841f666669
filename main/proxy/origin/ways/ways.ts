/** How origins are reached where that is not simply by the addresses of their names. Pure: values in, a way out. */
import { parseHostAddress, type HostAddress } from '../../../model/host-address.ts'
import { isLoopback, plainHost } from '../../../model/host.ts'
import type { Settings } from '../../../model/settings.ts'
import type { Parsed } from '../../../model/size.ts'
import { parseUpstream, upstreamName, type UpstreamProxy } from '../../../model/upstream.ts'
import { passthroughPattern } from '../../../rules/index.ts'
import { writeAuthority } from '../../exchange/target.ts'
import type { Way } from './way.ts'

type WaySettings = Pick<Settings, 'resolve' | 'upstream' | 'noProxy'>

/** In `noProxy`, as Chromium has it: this machine, too, is reached by the upstream proxy. */
const notLoopback = '<-loopback>'

export class Ways {
  readonly #addresses: readonly HostAddress[]
  readonly #patterns: readonly string[]
  readonly #proxy: UpstreamProxy | undefined
  readonly #straight: readonly string[]
  readonly #alsoLoopback: boolean
  /** Of connections by the proxy; never shown. */
  readonly #proxyKey: string

  private constructor({ resolve, upstream, noProxy }: WaySettings) {
    this.#addresses = resolve.map((text) => valueOf(parseHostAddress(text)))
    this.#patterns = this.#addresses.map(({ pattern }) => pattern)
    this.#proxy = upstream === undefined ? undefined : valueOf(parseUpstream(upstream))
    // ".example.com" is how other programs write "*.example.com".
    this.#straight = noProxy.map((pattern) => (pattern.startsWith('.') ? `*${pattern}` : pattern))
    this.#alsoLoopback = noProxy.includes(notLoopback)
    this.#proxyKey = `by ${upstream ?? ''}`
  }

  /** Undefined when nothing is set, so that the usual case costs nothing. Throws for texts the settings' parsers refuse. */
  static of(settings: WaySettings): Ways | undefined {
    return settings.resolve.length > 0 || settings.upstream !== undefined ? new Ways(settings) : undefined
  }

  /**
   * Undefined: straight to an address of the host. `plain`: for a request over plain HTTP that came to us as to a proxy.
   * An HTTP proxy is then asked as we were: many refuse CONNECT to other ports than 443. A host with an address of its
   * own is asked for by CONNECT all the same, as an absolute-form has no place for both.
   */
  to(host: string, port: number, plain: boolean): Way | undefined {
    const pattern = this.#patterns.length === 0 ? undefined : passthroughPattern(this.#patterns, host, port)
    const address = pattern === undefined ? undefined : this.#addresses[this.#patterns.indexOf(pattern)]?.address
    const note = address === undefined ? undefined : overridden(host, port, address)
    const proxy = this.#proxyFor(host, port, address)
    if (proxy) {
      const absolute = plain && address === undefined && (proxy.scheme === 'http' || proxy.scheme === 'https')
      const key = `${this.#proxyKey} ${absolute ? 'absolute' : (address ?? '')}`
      return { key, address, upstream: { proxy, name: upstreamName(proxy), absolute }, note }
    }
    return address === undefined ? undefined : { key: `at ${address}`, address, upstream: undefined, note }
  }

  #proxyFor(host: string, port: number, address: string | undefined): UpstreamProxy | undefined {
    if (!this.#proxy) return undefined
    if (!this.#alsoLoopback && isThisMachine(address ?? host)) return undefined
    return passthroughPattern(this.#straight, host, port) === undefined ? this.#proxy : undefined
  }
}

/** RFC 6761 §6.3: names below localhost are this machine, too. */
const isThisMachine = (host: string): boolean => isLoopback(host) || /(?:^|\.)localhost$/.test(plainHost(host))

function valueOf<T>(parsed: Parsed<T>): T {
  if (parsed.ok) return parsed.value
  throw new TypeError(parsed.message)
}

const overridden = (host: string, port: number, address: string): string =>
  `the address of ${writeAuthority(host, port)} was overridden: ${address}`
