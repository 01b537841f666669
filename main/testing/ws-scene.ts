/** For tests: a client and a server of the package ws, real ones, and the proxy between them. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer, type PerMessageDeflateOptions } from 'ws'
import { makeCertificate } from '../certificates/testing.ts'
import type { Settings } from '../model/settings.ts'
import { startEngine, type TestEngine } from './engine.ts'
import { connectSecure, connectTunnel } from './raw-client.ts'
import { originCa } from './scripted-origin.ts'

/** What one end has got, in order: opcode and payload; of a close, its code. */
export type Got = { opcode: string; payload: Buffer }[]

export type WsEnd = { socket: WebSocket; got: Got; closed: Promise<unknown> }

export type WsScene = AsyncDisposable & {
  proxy: TestEngine
  client: WsEnd
  server: WsEnd
}

export async function openWsScene(
  wanted: Partial<Settings> = {},
  { tls = false, deflate = false }: { tls?: boolean; deflate?: boolean | PerMessageDeflateOptions } = {},
): Promise<WsScene> {
  const proxy = await startEngine({ originCas: tls ? [(await originCa()).pem] : [], ...wanted })
  const web = tls ? createTlsServer(await certificate()) : createServer()
  const sockets = new WebSocketServer({ server: web, perMessageDeflate: deflate, clientTracking: true })
  const server = once(sockets, 'connection').then(([socket]) => end(socket as WebSocket))
  web.listen(0, '127.0.0.1')
  await once(web, 'listening')
  const authority = `${tls ? 'localhost' : '127.0.0.1'}:${(web.address() as AddressInfo).port}` // not a pipe, so an address
  const wire = await (tls ? connectSecure(proxy.port, authority, proxy.ca) : connectTunnel(proxy.port, authority))
  // They belong to ws from here on.
  wire.socket.removeAllListeners()
  const client = end(
    new WebSocket(`${tls ? 'wss' : 'ws'}://${authority}/chat`, {
      createConnection: () => wire.socket,
      perMessageDeflate: deflate !== false && { threshold: 0, ...(typeof deflate === 'object' && deflate) },
    }),
  )
  await once(client.socket, 'open')
  return {
    proxy,
    client,
    server: await server,
    async [Symbol.asyncDispose]() {
      client.socket.terminate()
      await client.closed
      await proxy.settled()
      for (const socket of sockets.clients) socket.terminate()
      sockets.close()
      web.close()
      web.closeAllConnections()
      await once(web, 'close')
      await proxy[Symbol.asyncDispose]()
    },
  }
}

function end(socket: WebSocket): WsEnd {
  const got: Got = []
  socket
    .on('message', (data: Buffer, binary) => got.push({ opcode: binary ? 'binary' : 'text', payload: data }))
    .on('ping', (payload) => got.push({ opcode: 'ping', payload }))
    .on('pong', (payload) => got.push({ opcode: 'pong', payload }))
    .on('error', () => undefined)
  const closed = once(socket, 'close').then(([code]) => {
    // 1005 and 1006 are never sent (RFC 6455 §7.4.1).
    if (code !== 1006) got.push({ opcode: 'close', payload: Buffer.from(String(code)) })
  })
  return { socket, got, closed }
}

async function certificate(): Promise<{ cert: string; key: string }> {
  const { pem, keyPem } = await makeCertificate('localhost', { names: ['localhost'], by: await originCa() })
  return { cert: pem, key: keyPem }
}
