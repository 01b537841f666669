/** Origins: node:http and node:http2 behind TLS or not, and one that speaks no HTTP. They say when a phase begins. */
import { once } from 'node:events'
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http'
import { createSecureServer, createServer as createHttp2, type ServerHttp2Stream } from 'node:http2'
import { createServer as createHttps } from 'node:https'
import { createServer as createTcp, type AddressInfo, type Server, type Socket } from 'node:net'
import { makeCertificate, type Made } from '../../main/certificates/testing.ts'
import { originCa } from '../../main/testing/scripted-origin.ts'
import { isTls, isTunnel, speaksHttp2, type Scenario } from '../scenario.ts'
import { sumField, sumOf, type Talk } from '../talk.ts'

export type TalkingOrigin = AsyncDisposable & {
  port: number
  /** How many requests, or uses of a tunnel, have come in whole. */
  heard: () => number
}

let made: Promise<Made> | undefined
const localhost = async (): Promise<{ cert: string; key: string }> => {
  made ??= originCa().then((by) => makeCertificate('localhost', { names: ['localhost'], by }))
  const { pem, keyPem } = await made
  return { cert: pem, key: keyPem }
}

/** `talk` is there when the first byte comes, and not before: its wire leads to the port of this. */
export async function startTalkingOrigin({ way }: Scenario, talk: () => Talk): Promise<TalkingOrigin> {
  let heard = 0
  const hear = (): number => heard++
  const onRequest = (request: IncomingMessage, response: ServerResponse): void =>
    answer1(talk(), request, response, hear)
  const onStream = (stream: ServerHttp2Stream): void => answer2(talk(), stream, hear)
  const server = await (async (): Promise<Server> => {
    if (isTunnel(way))
      return createTcp({ allowHalfOpen: true }, (socket) => {
        greet(talk(), socket, hear)
      })
    if (way === 'h2c') return createHttp2().on('stream', onStream)
    if (speaksHttp2(way)) return createSecureServer(await localhost()).on('stream', onStream)
    // It believes us that a connection that has waited for longer will be closed.
    const options = { keepAliveTimeout: 1000, keepAliveTimeoutBuffer: 0 }
    const http = isTls(way) ? createHttps({ ...options, ...(await localhost()) }) : createHttp(options)
    return http.on('request', onRequest).on('upgrade', (_: IncomingMessage, socket: Socket, early: Buffer) => {
      void upgrade(talk(), socket, early, hear)
    })
  })()
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.on('error', () => undefined).on('close', () => open.delete(socket))
  })
  server.on('sessionError', () => undefined).on('tlsClientError', () => undefined)
  server.on('clientError', (_: Error, socket: Socket) => socket.destroy())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port, // not a pipe, so an address
    heard: () => heard,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of open) socket.destroy()
      await closed
    },
  }
}

function answer1(talk: Talk, request: IncomingMessage, response: ServerResponse, hear: () => number): void {
  const parts: Buffer[] = []
  request.on('data', (bytes: Buffer) => parts.push(bytes)).on('error', () => undefined)
  response.on('error', () => undefined)
  request.on('end', () => {
    if (!request.complete) return
    const again = request.method === 'GET'
    if (!again) talk.complete('a request', Buffer.concat(parts), talk.requestBody, request.trailers[sumField])
    hear()
    void (async () => {
      const body = again ? Buffer.from('again') : talk.responseBody
      if (!again) await talk.enter('waiting')
      if (!again) await talk.enter('response-head')
      response.writeHead(200, { 'transfer-encoding': 'chunked', trailer: sumField, 'content-type': 'text/x-faults' })
      response.flushHeaders()
      if (!again) await talk.enter('response-body')
      // One write of node:http is one chunk: these come in several.
      for (let at = 0; at < body.length; at += 50_000) response.write(body.subarray(at, at + 50_000))
      if (!again) await talk.enter('response-trailers')
      response.addTrailers({ [sumField]: sumOf(body.length) })
      response.end()
    })()
  })
}

function answer2(talk: Talk, stream: ServerHttp2Stream, hear: () => number): void {
  const parts: Buffer[] = []
  const again = stream.endAfterHeaders
  let sum: unknown
  stream.on('error', () => undefined)
  stream.on('trailers', (trailers: Record<string, unknown>) => (sum = trailers[sumField]))
  stream.on('data', (bytes: Buffer) => parts.push(bytes))
  stream.on('end', () => {
    if (stream.destroyed || stream.aborted || stream.rstCode !== 0) return
    if (!again) talk.complete('a request', Buffer.concat(parts), talk.requestBody, sum)
    hear()
    void (async () => {
      const body = again ? Buffer.from('again') : talk.responseBody
      if (!again) await talk.enter('waiting')
      if (!again) await talk.enter('response-head')
      if (isGone(stream)) return
      stream.on('wantTrailers', () => stream.sendTrailers({ [sumField]: sumOf(body.length) }))
      stream.respond({ ':status': 200, 'content-type': 'text/x-faults' }, { waitForTrailers: true })
      if (!again) await talk.enter('response-body')
      if (isGone(stream)) return
      stream.write(body)
      if (!again) await talk.enter('response-trailers')
      stream.end()
    })()
  })
}

/** A function, as the compiler does not know that it changes while something is awaited. */
const isGone = (stream: ServerHttp2Stream): boolean => stream.destroyed

async function upgrade(talk: Talk, socket: Socket, early: Buffer, hear: () => number): Promise<void> {
  if (early.length > 0) talk.wrongs.push('bytes came before the upgrade was granted')
  endsWithClient(socket)
  await talk.enter('waiting')
  await talk.enter('response-head')
  if (socket.writable)
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: faults\r\n\r\n')
  converse(talk, socket, hear)
}

function greet(talk: Talk, socket: Socket, hear: () => number): void {
  endsWithClient(socket)
  socket.write('hello\n')
  converse(talk, socket, hear)
}

function endsWithClient(socket: Socket): void {
  socket.on('error', () => undefined).on('end', () => socket.end())
}

/** Hears all that the client has to say, then answers. */
function converse(talk: Talk, socket: Socket, hear: () => number): void {
  const parts: Buffer[] = []
  let length = 0
  socket.on('data', (bytes: Buffer) => {
    parts.push(bytes)
    length += bytes.length
    if (length < talk.requestBody.length) return
    if (!Buffer.concat(parts).equals(talk.requestBody)) talk.wrongs.push('what came through the tunnel was not sent')
    hear()
    void talk.enter('response-body').then(() => socket.writable && socket.write(talk.responseBody))
  })
}
