/** TCP connections to origins: names resolved, addresses tried side by side, never to ourselves. */
import { lookup } from 'node:dns'
import { connect, isIP, type Socket } from 'node:net'
import { now } from '../../flows/index.ts'
import type { Micros } from '../../model/flow.ts'
import { awakeTimeout } from '../awake.ts'
import { isShort } from '../descriptors.ts'
import { Failure, dialFailure, dnsFailure, noDescriptorsLeft } from '../failure.ts'
import { LentReads } from '../reads/lent-reads.ts'
import type { OwnAddresses } from '../client/own-address.ts'
import { Resolver } from './resolve.ts'
import { writeAuthority } from '../exchange/target.ts'

/** RFC 8305 §5: the next address is tried when the one before has not answered for so long. */
const attemptDelayMs = 250

/** One for the process, like the threads it is sparing with. */
export const resolver = new Resolver((name, answer) =>
  lookup(name, { all: true, order: 'verbatim' }, (error, found) => {
    // With an error, Node gives no addresses, whatever the types say.
    answer(error, error ? [] : interleave(found.map(({ address }) => address)))
  }),
)

export type DialOptions = {
  host: string
  port: number
  /** Dialled instead of the addresses that `host` has. */
  address?: string | undefined
  timeoutMs: number
  own: OwnAddresses
  /** Read into lent buffers; only for connections that stay plain HTTP. */
  lent: boolean
}

/** `at`: monotonic times. */
export type Dialed = {
  socket: Socket
  reads: LentReads | undefined
  at: { dns: Micros; connect: Micros }
  /** From the beginning. */
  tookMs: number
}

export type Dial = { result: Promise<Dialed>; cancel: () => void }

/** `result` rejects with a Failure; after `cancel` it may never settle. */
export function dial(options: DialOptions): Dial {
  const { host, address, timeoutMs } = options
  const where = whereOf(options)
  const began = now()
  let race: Race | undefined
  let stopWaiting: (() => void) | undefined
  let over = false
  let stopClock: (() => void) | undefined
  const cancel = (): void => {
    over = true
    stopClock?.()
    stopWaiting?.()
    race?.stop()
  }
  const result = new Promise<Dialed>((resolve, reject) => {
    const fail = (failure: Failure): void => {
      cancel()
      reject(failure)
    }
    stopClock = awakeTimeout(timeoutMs, () => {
      const what = race ? 'did not accept a connection' : 'could not be looked up'
      fail(
        new Failure(
          'CONNECT_TIMEOUT',
          'origin',
          race ? 'connect' : 'dns',
          `${where} ${what} within ${timeoutMs} ms`,
          504,
        ),
      )
    })
    stopWaiting = resolver.resolve(address ?? host, (error, addresses) => {
      if (over) return
      if (error || addresses.length === 0) {
        fail(dnsFailure(error ?? new Error('it has no address'), host))
        return
      }
      const dns = now()
      race = new Race([...addresses], options, (outcome) => {
        if (over) return
        if (outcome instanceof Failure) {
          fail(outcome)
          return
        }
        stopClock?.()
        const connected = now()
        resolve({ ...outcome, at: { dns, connect: connected }, tookMs: (connected - began) / 1000 })
      })
      race.next()
    })
  })
  return { result, cancel }
}

/** RFC 8305 §4: families take turns, beginning with the resolver's favourite. */
export function interleave(addresses: readonly string[]): string[] {
  const favourite = isIP(addresses[0] ?? '')
  const first = addresses.filter((address) => isIP(address) === favourite)
  const second = addresses.filter((address) => isIP(address) !== favourite)
  return first
    .flatMap((address, index) => [address, ...second.slice(index, index + 1)])
    .concat(second.slice(first.length))
}

type Winner = { socket: Socket; reads: LentReads | undefined }

/** Attempts run on beside each other until one succeeds: a slow address is not given up for the next one. */
class Race {
  readonly #addresses: string[]
  readonly #options: DialOptions
  readonly #done: (outcome: Winner | Failure) => void
  readonly #running = new Set<Socket>()
  #failure: unknown
  #timer: NodeJS.Timeout | undefined

  constructor(addresses: string[], options: DialOptions, done: (outcome: Winner | Failure) => void) {
    this.#addresses = addresses
    this.#options = options
    this.#done = done
  }

  next(): void {
    clearTimeout(this.#timer)
    const host = this.#addresses.shift()
    const { port, lent, own } = this.#options
    if (host === undefined) return
    const reads = lent ? new LentReads() : undefined
    const socket = connect({
      host,
      port,
      noDelay: true,
      keepAlive: true,
      allowHalfOpen: true,
      ...(reads && { onread: reads.onread }),
    })
    this.#running.add(socket)
    socket.once('error', (error) => {
      this.#failure ??= error
      this.#lost(socket)
    })
    socket.once('connect', () => {
      this.#running.delete(socket)
      this.stop()
      socket.removeAllListeners('error')
      // Before the first byte is sent: the connected address cannot lie about where it leads.
      if (own.has(socket.remoteAddress ?? '', socket.remotePort ?? 0)) {
        socket.once('error', () => undefined).destroy()
        this.#done(loopFailure(whereOf(this.#options)))
      } else if (isShort(socket, 'origin')) {
        socket.once('error', () => undefined).destroy()
        this.#done(noDescriptorsLeft())
      } else {
        this.#done({ socket, reads })
      }
    })
    if (this.#addresses.length > 0) this.#timer = setTimeout(() => this.next(), attemptDelayMs)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#addresses.length = 0
    for (const socket of this.#running)
      socket
        .removeAllListeners('connect')
        .on('error', () => undefined)
        .destroy()
    this.#running.clear()
  }

  #lost(socket: Socket): void {
    this.#running.delete(socket)
    if (this.#addresses.length > 0) this.next()
    else if (this.#running.size === 0) {
      this.#done(dialFailure(this.#failure, whereOf(this.#options)))
    }
  }
}

/** For sentences: "host:port". */
function whereOf({ host, port, address }: DialOptions): string {
  const authority = writeAuthority(host, port)
  return address === undefined ? authority : `${authority} (at ${address})`
}

/** `where`: "host:port" of what is one of our own ports. */
export function loopFailure(where: string): Failure {
  const sentence = `${where} is Spillway itself: the request would go round in circles, so it was not sent`
  return new Failure('LOOP', 'proxy', 'connect', sentence, 508)
}
