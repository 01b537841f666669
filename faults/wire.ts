/**
 * A wire that breaks: TCP connections that are passed on byte by byte, until one of them, at a byte that was chosen, is
 * reset, closed, half closed or stands still. What happens on either side without it passes as it is.
 */
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { resetNow } from '../main/proxy/client/answer.ts'
import type { Fault, Scenario } from './scenario.ts'

type Break = 'reset' | 'close' | 'half-close' | 'stall'
type Direction = Scenario['direction']

/** A break that waits for its byte. */
type Armed = { how: Break; direction: Direction; left: number }

export class Wire implements AsyncDisposable {
  readonly port: number
  /** Resolves when it breaks. */
  readonly broken: Promise<void>
  isBroken = false
  /** Bytes that have passed, of both directions. */
  passed = 0
  readonly #server: Server
  readonly #pairs = new Set<Pair>()
  #newest: Pair | undefined
  #armed: Armed | undefined
  #tellBroken: () => void = () => undefined

  constructor(server: Server, port: number) {
    this.#server = server
    this.port = port
    this.broken = new Promise((resolve) => (this.#tellBroken = resolve))
  }

  /** Connections that are not closed on both sides. */
  get open(): number {
    return this.#pairs.size
  }

  /** The next byte of that direction but `after` breaks it. */
  arm(fault: Fault, direction: Direction, after: number): void {
    this.#armed = { how: fault.startsWith('stall') ? 'stall' : (fault as Break), direction, left: after }
    this.breakIfDue(this.#newest)
  }

  /** How many of these bytes still pass; the rest comes behind the break. */
  room(direction: Direction, length: number): number {
    const armed = this.#armed
    if (armed?.direction !== direction) return length
    const room = Math.min(armed.left, length)
    armed.left -= room
    return room
  }

  breakIfDue(pair: Pair | undefined): void {
    if (!pair || this.#armed?.left !== 0) return
    const { how } = this.#armed
    this.#armed = undefined
    this.isBroken = true
    pair.break(how)
    this.#tellBroken()
  }

  /** What stands still goes on. */
  resume(): void {
    for (const pair of this.#pairs) pair.resume()
  }

  /** Whatever is open, as if a cable was cut and both ends had been told. */
  reset(): void {
    for (const pair of [...this.#pairs]) pair.break('reset')
  }

  accept(pair: Pair): void {
    this.#newest = pair
    this.#pairs.add(pair)
    this.breakIfDue(pair)
  }

  over(pair: Pair): void {
    this.#pairs.delete(pair)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.reset()
    await closed
  }
}

/** `proxy`: which of the two ends of the wire it is at, the one that is connected to or the one that connects. */
export async function openWire(targetPort: number, proxy: 'target' | 'caller'): Promise<Wire> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (caller) => {
    const target = connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    wire.accept(proxy === 'target' ? new Pair(wire, target, caller) : new Pair(wire, caller, target))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const wire = new Wire(server, (server.address() as AddressInfo).port) // not a pipe, so an address
  return wire
}

class Pair {
  readonly #wire: Wire
  /** Towards the proxy, and towards the client or origin. */
  readonly #proxy: Socket
  readonly #end: Socket
  /** What came while it stood still, or is behind its break: bytes, and ends. */
  #behind: [to: Socket, bytes: Buffer | undefined][] = []
  #stalled = false
  #mute = false

  constructor(wire: Wire, proxy: Socket, end: Socket) {
    this.#wire = wire
    this.#proxy = proxy
    this.#end = end
    this.#pass(proxy, end, 'from-proxy')
    this.#pass(end, proxy, 'to-proxy')
  }

  break(how: Break): void {
    switch (how) {
      case 'reset':
        resetNow(this.#proxy)
        resetNow(this.#end)
        return
      case 'close':
        this.#proxy.destroy()
        this.#end.destroy()
        return
      case 'half-close':
        this.#mute = true
        this.#proxy.end()
        return
      case 'stall':
        this.#stalled = true
        this.#proxy.pause()
        this.#end.pause()
    }
  }

  resume(): void {
    if (!this.#stalled) return
    this.#stalled = false
    const behind = this.#behind
    this.#behind = []
    for (const [to, bytes] of behind) {
      if (to.destroyed) continue
      if (bytes) to.write(bytes)
      else to.end()
    }
    this.#proxy.resume()
    this.#end.resume()
  }

  #pass(from: Socket, to: Socket, direction: Direction): void {
    from.on('data', (bytes: Buffer) => {
      const room = this.#wire.room(direction, bytes.length)
      this.#write(to, bytes.subarray(0, room), from)
      this.#wire.breakIfDue(this)
      this.#write(to, bytes.subarray(room), from)
    })
    to.on('drain', () => this.#stalled || from.resume())
    from.on('end', () => {
      if (this.#stalled) this.#behind.push([to, undefined])
      else to.end()
    })
    from.on('error', () => resetNow(to))
    from.on('close', () => {
      if (!to.destroyed && !from.readableEnded) to.destroy()
      if (this.#proxy.destroyed && this.#end.destroyed) this.#wire.over(this)
    })
  }

  #write(to: Socket, bytes: Buffer, from: Socket): void {
    if (bytes.length === 0 || to.destroyed) return
    if (this.#stalled) {
      this.#behind.push([to, bytes])
      return
    }
    // A half that is closed has nothing behind its end.
    if (to === this.#proxy && this.#mute) return
    this.#wire.passed += bytes.length
    if (!to.write(bytes)) from.pause()
  }
}
