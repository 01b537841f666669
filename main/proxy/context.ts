import type { FlowLife, LogRoom } from '../flows/index.ts'
import { defaultWireLimits, type WireLimits } from '../http1/index.ts'
import type { Settings } from '../model/settings.ts'
import type { Modifier } from '../modifiers/index.ts'
import type { ResponseFacts } from '../rules/index.ts'
import type { RecordRoom } from '../streaming/index.ts'
import type { LeafContexts, OriginTrust } from '../tls/index.ts'
import type { OwnAddresses } from './client/own-address.ts'
import type { ProxyAuth } from './client/proxy-auth.ts'
import type { SlowWatch } from './client/slow-watch.ts'
import type { StallWatch } from './client/stall-watch.ts'
import type { Http2Origins } from './origin/http2-known.ts'
import type { Identities } from './origin/identities.ts'
import type { Pool } from './origin/pool.ts'
import type { Ways } from './origin/ways/ways.ts'

/** The modifiers that are set. */
export type SetModifiers = {
  /** The usual case, which costs a response this one look. */
  readonly empty: boolean
  /** Some are not known yet: resolves when they are. Never rejects. */
  readonly loading: Promise<void> | undefined
  /** Those that match, in the order in which they are applied. */
  matching(facts: ResponseFacts): Modifier[]
  /** Why others are not applied that would match; sentences. */
  withheld(facts: ResponseFacts): string[]
}

/** What everybody in this room shares. */
export type ProxyContext = {
  /** Replaced as a whole when the user changes something, with what follows from it; read anew for every response. */
  settings: Settings
  wire: WireLimits
  trust: OriginTrust
  /** Towards origins that want to know who we are; undefined, the usual case: nobody in particular. */
  identities: Identities | undefined
  /** How origins are reached; undefined, the usual case: all of them straight. */
  ways: Ways | undefined
  /** Who may use the proxy; undefined, the usual case: everybody. */
  auth: ProxyAuth | undefined
  readonly life: FlowLife
  readonly modifiers: SetModifiers
  records: RecordRoom
  readonly logs: LogRoom
  readonly pool: Pool
  readonly http2Origins: Http2Origins
  readonly own: OwnAddresses
  readonly leaves: LeafContexts
  /** The CA's certificate (PEM), with its issuers if it has any. */
  readonly ca: string
  readonly stalls: StallWatch
  readonly slow: SlowWatch
  /** Looks after connections of HTTP/2, which tell nobody what has begun. */
  readonly http2Looks: StallWatch
  /** Stopping: connections are closed after the response under way. */
  stopping: boolean
  nextConnectionId(): number
  notice(sentence: string): void
}

/** What of the settings bounds messages. */
export function wireLimits({ headLimit, fieldLimit }: Settings): WireLimits {
  return { ...defaultWireLimits, head: headLimit, fields: fieldLimit }
}
