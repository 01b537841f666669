import { WireError, type RequestHead } from '../../http1/index.ts'
import { parseAbsoluteForm, parseAuthority, targetOf, writeAuthority, type Target } from '../exchange/target.ts'
import { routeUrl, routed } from '../reverse/route.ts'
import type { Via } from './client-port.ts'

/** What the requests of one connection are meant for: by their targets, and by the way they come. */
export class RequestTargets {
  readonly #via: Via
  /** Of the last absolute-form target: clients ask the same origin many times over one connection. */
  #lastOrigin: { prefix: string; target: Target } | undefined

  constructor(via: Via) {
    this.#via = via
  }

  /** Throws WireError. */
  of(head: RequestHead): Target {
    const via = this.#via
    const { target } = head
    if (head.method === 'CONNECT') {
      throw new WireError(via.kind === 'tunnel' ? 'CONNECT inside a tunnel' : 'CONNECT to a port that is no proxy')
    }
    if (via.kind === 'reverse') return routed(via.route, head, onlyHost(head), via)
    if (target.startsWith('/') || target === '*') {
      const destination = via.kind === 'proxy' ? via.site : via.destination
      if (destination === undefined) {
        const advice = 'This port is a proxy: set it as the HTTP and HTTPS proxy of your client.'
        throw new WireError(`the request names a path instead of a URL, as if it were sent to a web server. ${advice}`)
      }
      const host = onlyHost(head)
      const own = destination.scheme === 'https' ? 443 : 80
      const shownHost = host ? parseAuthority(host, own, 'the Host field').host : destination.host
      // An empty Host is valid and names nothing (RFC 9110 §7.2).
      const authority = host ? host : writeAuthority(destination.host, destination.port, own)
      return targetOf(destination, shownHost, authority, target)
    }
    if (via.kind === 'proxy') return this.#absolute(target, head.method)
    const { shownHost, authority, path } = parseAbsoluteForm(target, head.method)
    // Inside a tunnel it still goes to the tunnel's end.
    return targetOf(via.destination, shownHost, authority, path)
  }

  /** As much of a URL as is known of a request that was refused. */
  refused(target: string): string {
    const via = this.#via
    if (via.kind === 'proxy' || !target.startsWith('/')) return target
    if (via.kind === 'reverse') return routeUrl(via.route) + target
    const { scheme, host, port } = via.destination
    return `${scheme}://${writeAuthority(host, port, scheme === 'https' ? 443 : 80)}${target}`
  }

  #absolute(text: string, method: string): Target {
    const last = this.#lastOrigin
    if (last && text.startsWith(last.prefix) && text.charCodeAt(last.prefix.length) === 0x2f && !text.includes('#')) {
      const { destination, shownHost, authority } = last.target
      return { destination, shownHost, authority, path: text.slice(last.prefix.length), url: text }
    }
    const target = parseAbsoluteForm(text, method, this.#via.http2)
    const prefix = `${target.destination.scheme}://${target.authority}`
    this.#lastOrigin = { prefix, target }
    return target
  }
}

/** RFC 9112 §3.2: exactly one valid Host in HTTP/1.1. */
function onlyHost({ fields, version }: RequestHead): string | undefined {
  if (fields.count('host') > 1) throw new WireError('several Host fields')
  const host = fields.get('host')
  if (host === undefined && version === '1.1') throw new WireError('no Host field')
  return host
}
