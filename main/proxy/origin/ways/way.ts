/** How an origin is reached where that is not simply by the addresses of its name. */
import type { UpstreamProxy } from '../../../model/upstream.ts'

export type Way = {
  /** Connections are interchangeable only where this is equal, too. */
  key: string
  /** Dialled instead of the addresses that the host's name has, or what an upstream proxy is asked for instead. */
  address: string | undefined
  /** Undefined: none is between us and the origin. */
  upstream: Upstream | undefined
  /** Said on the flow. */
  note: string | undefined
}

export type Upstream = {
  proxy: UpstreamProxy
  /** Without credentials. */
  name: string
  /** It is asked for the resource itself, by requests in absolute-form, and not for a way to the origin. */
  absolute: boolean
}
