import { now } from '../../flows/index.ts'
import type { OriginConnection } from './origin-connection.ts'

const maxIdlePerOrigin = 128
const maxIdle = 1024
const maxIdleMs = 60_000
const sweepMs = 1000
/** An idle origin may be closing just now; a request that cannot be repeated is not risked on it for longer than this. */
const freshMs = 1000

/** Idle connections by origin; the last one in is the first one out. Connections in use are not here and not counted. */
export class Pool {
  readonly #idle = new Map<string, OriginConnection[]>()
  /** Connections of an earlier generation are not kept: they were made under rules that hold no longer. */
  generation = 0
  #count = 0
  #sweeper: NodeJS.Timeout | undefined
  #closed = false

  has(key: string): boolean {
    return this.#idle.has(key)
  }

  /**
   * `repeatable`: the request may be sent again should the connection turn out to be dead (RFC 9110 §9.2.2). One that is
   * not `suitable` stays as it is.
   */
  take(
    key: string,
    repeatable: boolean,
    suitable?: (connection: OriginConnection) => boolean,
  ): OriginConnection | undefined {
    const list = this.#idle.get(key)
    // Where an upload that was answered early is still on its way out, a request would wait behind it.
    const at = list?.findLastIndex(({ socket }) => socket.writableLength === 0) ?? -1
    const connection = list?.[at]
    if (!list || !connection) return undefined
    // The last one in has been idle for the shortest time.
    if (!this.trusts(connection, repeatable) || suitable?.(connection) === false) return undefined
    list.splice(at, 1)
    this.#count--
    if (list.length === 0) this.#idle.delete(key)
    return connection
  }

  /** Whether a connection that has waited is good for a request. */
  trusts(connection: OriginConnection, repeatable: boolean): boolean {
    if (!connection.reusable || connection.generation !== this.generation) return false
    return idleMs(connection) <= Math.min(connection.idleLimitMs, repeatable ? maxIdleMs : freshMs)
  }

  put(key: string, connection: OriginConnection): void {
    let list = this.#idle.get(key)
    const wanted = connection.reusable && connection.generation === this.generation && !this.#closed
    if (!wanted || this.#count >= maxIdle || (list?.length ?? 0) >= maxIdlePerOrigin) {
      connection.destroy()
      return
    }
    if (!list) this.#idle.set(key, (list = []))
    list.push(connection)
    this.#count++
    connection.idleSince = now()
    // Once per connection: while it is in use nobody calls it.
    connection.onIdleEnd ??= () => this.#remove(key, connection)
    connection.resume()
    this.#sweeper ??= setInterval(() => this.#sweep(), sweepMs).unref()
  }

  /** For good. */
  close(): void {
    this.#closed = true
    this.clear()
  }

  /** No connection that has been begun so far serves another request. */
  clear(): void {
    this.generation++
    clearInterval(this.#sweeper)
    this.#sweeper = undefined
    for (const list of this.#idle.values()) for (const connection of list) connection.destroy()
    this.#idle.clear()
    this.#count = 0
  }

  #remove(key: string, connection: OriginConnection): void {
    const list = this.#idle.get(key)
    const index = list?.indexOf(connection) ?? -1
    if (!list || index === -1) return
    list.splice(index, 1)
    this.#count--
    if (list.length === 0) this.#idle.delete(key)
  }

  #sweep(): void {
    for (const [key, list] of this.#idle) {
      for (const connection of list.filter((idle) => !this.trusts(idle, true))) {
        this.#remove(key, connection)
        connection.destroy()
      }
    }
    if (this.#count === 0) {
      clearInterval(this.#sweeper)
      this.#sweeper = undefined
    }
  }
}

function idleMs(connection: OriginConnection): number {
  return (now() - connection.idleSince) / 1000
}
