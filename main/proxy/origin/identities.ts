import type { Settings } from '../../model/settings.ts'
import { passthroughPattern } from '../../rules/index.ts'
import { OriginTrust } from '../../tls/index.ts'

/** Who we are towards origins that want to know: a certificate of the user's for some hosts, none for all others. */
export class Identities {
  readonly #patterns: readonly string[]
  /** The same trust in origins as for all others; one for each certificate, as its keys are part of it. */
  readonly #trusts: readonly OriginTrust[]

  private constructor(settings: Settings, keyLog: OriginTrust['keyLog']) {
    this.#patterns = settings.identities.map(({ host }) => host)
    this.#trusts = settings.identities.map((identity) => new OriginTrust(settings, keyLog, identity))
  }

  /** Undefined when there is none, so that the usual case costs nothing. */
  static of(settings: Settings, keyLog: OriginTrust['keyLog']): Identities | undefined {
    return settings.identities.length > 0 ? new Identities(settings, keyLog) : undefined
  }

  /** Undefined: nobody in particular. The first pattern that matches counts, tried on the name that is asked for first. */
  trustFor(host: string, serverName: string | undefined, port: number): OriginTrust | undefined {
    const pattern =
      (serverName === undefined ? undefined : passthroughPattern(this.#patterns, serverName, port)) ??
      passthroughPattern(this.#patterns, host, port)
    return pattern === undefined ? undefined : this.#trusts[this.#patterns.indexOf(pattern)]
  }
}
