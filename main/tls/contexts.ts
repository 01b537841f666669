/** Leaf certificates ready for use, kept for the hosts used last: making one costs 0.4 ms, finding it nothing. */
import { createSecureContext, type SecureContext } from 'node:tls'
import { type Authority, certificateName } from '../certificates/index.ts'

export class LeafContexts {
  private readonly authority: Authority
  private readonly limit: number
  /** By names; the one used last is last. Promises, so that connections that come together share one creation. */
  private readonly contexts = new Map<string, Promise<SecureContext>>()

  constructor(authority: Authority, limit = 1000) {
    this.authority = authority
    this.limit = limit
  }

  get size(): number {
    return this.contexts.size
  }

  /**
   * The context for a client that asked for `host` (a name or an address, from CONNECT) and, in its hello, for
   * `serverName`. Its certificate is good for both. Rejects when neither is a name a certificate can carry.
   */
  get(host: string, serverName: string | undefined): Promise<SecureContext> {
    const asked = serverName === undefined ? [host] : [serverName, host]
    const names = new Set(asked.map((name) => certificateName(name)?.text).filter((name) => name !== undefined))
    const key = [...names].join(' ')
    const known = this.contexts.get(key)
    if (known) {
      this.contexts.delete(key)
      this.contexts.set(key, known)
      return known
    }
    const made = this.make(asked)
    this.contexts.set(key, made)
    made.catch(() => {
      if (this.contexts.get(key) === made) this.contexts.delete(key)
    })
    for (const oldest of this.contexts.keys()) {
      if (this.contexts.size <= this.limit) break
      this.contexts.delete(oldest)
    }
    return made
  }

  private async make(names: string[]): Promise<SecureContext> {
    const leaf = await this.authority.issue(names)
    return createSecureContext({ cert: leaf.certificatePem, key: leaf.keyPem })
  }
}
