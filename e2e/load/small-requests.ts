/** Many small requests through a proxy: as fast as they are answered, or so many a second. */
import { createServer, type AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Trouble } from '../../bench/load/job.ts'
import { ResponseReader } from '../../bench/load/response-reader.ts'
import { dial } from '../../bench/load/route.ts'

const body = Buffer.alloc(1024, '{"a": 1}')
const answer = Buffer.concat([
  Buffer.from(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`),
  body,
])

/** Answers every request with 1 KB of JSON. A request comes in one piece here: they are small, and on this machine. */
export async function startSmallOrigin(): Promise<AsyncDisposable & { port: number }> {
  const server = createServer((socket) => {
    socket.setNoDelay().on('error', () => undefined)
    socket.on('data', () => socket.write(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // listening on a port, not a pipe
  return {
    port,
    // By then its clients, the proxy's connections, have ended.
    [Symbol.asyncDispose]: () => {
      server.close()
      return Promise.resolve()
    },
  }
}

const paths = ['/v1/users', '/v1/users/42/orders', '/health', '/v1/search?q=spillway', '/static/app.js']

/** On keep-alive connections, one request at a time on each. */
export class SmallRequests implements Disposable {
  /** Answered so far. */
  answered = 0
  readonly #trouble = new Trouble()
  readonly #idle: (() => void)[] = []
  #left = 0
  #busy = 0
  #done = Promise.withResolvers<undefined>()

  static async open(proxyPort: number, originPort: number, connections: number): Promise<SmallRequests> {
    const all = new SmallRequests()
    const host = `127.0.0.1:${originPort}`
    const origin = { host: '127.0.0.1', port: originPort }
    for (let n = 0; n < connections; n++) {
      const socket = await dial(
        { port: proxyPort, form: 'forward', origin, protocol: 'http', caFile: undefined },
        all.#trouble.open,
      )
      let sent = n
      const send = (): void => {
        const path = paths[sent++ % paths.length] ?? '/'
        socket.write(`GET http://${host}${path} HTTP/1.1\r\nHost: ${host}\r\nAccept: */*\r\n\r\n`)
      }
      const reader = new ResponseReader({ onBody: () => undefined, onEnd: () => all.#answered(send) })
      all.#trouble.watch(socket, (data) => reader.feed(data))
      all.#idle.push(send)
    }
    return all
  }

  /** So many, as fast as they are answered. */
  async rush(count: number): Promise<void> {
    this.#done = Promise.withResolvers()
    this.#left = count
    this.#sendWhatIsLeft()
    await this.#trouble.race(this.#done.promise)
  }

  /** So many a second for so long; what the proxy does not keep up with waits for a free connection. */
  async steadily(perSecond: number, ms: number): Promise<void> {
    this.#done = Promise.withResolvers()
    const total = Math.round((perSecond * ms) / 1000)
    const begun = performance.now()
    for (let given = 0; given < total;) {
      const due = Math.min(total, Math.ceil(((performance.now() - begun) * perSecond) / 1000))
      this.#left += due - given
      given = due
      this.#sendWhatIsLeft()
      await this.#trouble.race(sleep(5))
    }
    if (this.#left + this.#busy > 0) await this.#trouble.race(this.#done.promise)
  }

  [Symbol.dispose](): void {
    this.#trouble.close()
  }

  #answered(send: () => void): void {
    this.answered++
    this.#busy--
    this.#idle.push(send)
    if (this.#left > 0) this.#sendWhatIsLeft()
    else if (this.#busy === 0) this.#done.resolve(undefined)
  }

  #sendWhatIsLeft(): void {
    while (this.#left > 0) {
      const send = this.#idle.shift()
      if (!send) return
      this.#left--
      this.#busy++
      send()
    }
  }
}
