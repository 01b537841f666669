/**
 * An origin that is a judge: what arrives is read by Node's HTTP server (llhttp, strict) and answered, and kept byte for
 * byte for a reader of another make. The two have to agree on every message.
 */
import { once } from 'node:events'
import { createServer as createHttpServer, type IncomingMessage } from 'node:http'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { readStrictly, type Read } from './strict-reader.ts'

/** "POST /a hello": method, target, content. */
type Told = string

type Connection = { socket: Socket; wire: string; told: Told[]; hosts: string[][]; error: string | undefined }

export type Judgement = {
  /** Messages that were complete, in the order in which they were, of all connections. */
  told: Told[]
  /** The Host of each. */
  hosts: string[]
  /** All bytes, latin1. */
  wire: string
  /** What is wrong: the readers disagree, something is no HTTP, or has not exactly one Host. */
  wrong: string[]
}

export class JudgedOrigin implements AsyncDisposable {
  readonly authority: string
  readonly #connections: Connection[]
  readonly #stop: () => Promise<unknown>

  constructor(authority: string, connections: Connection[], stop: () => Promise<unknown>) {
    this.authority = authority
    this.#connections = connections
    this.#stop = stop
  }

  /** Something has come since the last time. */
  get begun(): boolean {
    return this.#connections.some(({ wire }) => wire !== '')
  }

  /** Judges all that has come since the last time; waits until everything begun is complete, or cut by the sender. */
  async judge(): Promise<Judgement> {
    const deadline = performance.now() + 2000
    // Whoever has to send it needs the processor, too.
    for (let turn = 0; !this.#connections.every(isQuiet) && performance.now() < deadline; turn++)
      await (turn < 100 ? setImmediate() : setTimeout(1))
    const told: Told[] = []
    const allHosts: string[] = []
    const wrong: string[] = []
    const wire = this.#connections.map((connection) => connection.wire).join('')
    for (const connection of this.#connections) {
      const read = readStrictly(connection.wire, { side: 'request' })
      const mine = read.messages.map(({ line, body }) => `${line.replace(/ HTTP\/1\.1$/, '')} ${body}`)
      if (mine.join('\n') !== connection.told.join('\n'))
        wrong.push(`read as ${JSON.stringify(mine)}, and by llhttp as ${JSON.stringify(connection.told)}`)
      if (typeof read.end === 'object') wrong.push(`${read.end.fault} in ${JSON.stringify(connection.wire)}`)
      if (read.end === 'unfinished' && !connection.socket.destroyed) {
        wrong.push('a message that is neither ended nor cut')
        // What comes of it now is not the next one's.
        connection.socket.destroy()
      }
      // A message that is cut is an error of llhttp's, too.
      const { error } = connection
      if (error !== undefined && error !== 'ECONNRESET' && read.end === 'clean') wrong.push(`llhttp: ${error}`)
      for (const hosts of connection.hosts) {
        if (hosts.length !== 1) wrong.push(`the hosts ${JSON.stringify(hosts)}`)
        allHosts.push(...hosts)
      }
      told.push(...connection.told)
      Object.assign(connection, { wire: '', told: [], hosts: [], error: undefined })
    }
    const open = this.#connections.filter(({ socket }) => !socket.destroyed)
    this.#connections.splice(0, this.#connections.length, ...open)
    return { told, hosts: allHosts, wire, wrong }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop()
  }
}

/** Answers every request with what it was, so that an answer in the wrong place is seen. */
export async function startJudgedOrigin(): Promise<JudgedOrigin> {
  const connections: Connection[] = []
  const options = { insecureHTTPParser: false, requireHostHeader: true, keepAliveTimeout: 0, requestTimeout: 0 }
  const http = createHttpServer(options)
  const take = (request: IncomingMessage, answer: (text: string) => void): void => {
    const connection = connections.find(({ socket }) => socket === request.socket)
    let body = ''
    request.setEncoding('latin1').on('data', (text: string) => (body += text))
    request.on('end', () => {
      if (!request.complete) return
      const { method = '', url = '', rawHeaders } = request
      const told = `${method} ${url} ${body}`
      connection?.told.push(told)
      connection?.hosts.push(rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'host'))
      answer(told)
    })
  }
  http.on('request', (request, response) => take(request, (text) => response.end(text, 'latin1')))
  http.on('checkExpectation', (request, response) => take(request, (text) => response.end(text, 'latin1')))
  http.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const connection = connections.find((one) => one.socket === socket)
    if (connection) connection.error ??= error.code ?? error.message
    socket.destroy()
  })
  const server = createServer((socket) => {
    const connection: Connection = { socket, wire: '', told: [], hosts: [], error: undefined }
    connections.push(connection)
    http.emit('connection', socket)
    // Behind it: the server takes its bytes from the handle, past all listeners, until another listener comes.
    socket.on('data', (bytes) => (connection.wire += bytes.toString('latin1')))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // not a pipe, so an address
  return new JudgedOrigin(`127.0.0.1:${port}`, connections, () => {
    const closed = new Promise((resolve) => server.close(resolve))
    for (const { socket } of connections) socket.destroy()
    http.close()
    return closed
  })
}

function isQuiet({ socket, wire, told }: Connection): boolean {
  const { messages, end }: Read = readStrictly(wire, { side: 'request' })
  return socket.destroyed || (end === 'clean' && messages.length === told.length)
}
